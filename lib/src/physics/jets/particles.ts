import { NumericalError } from "../../core/errors.js";

const CAPACITY = 8192;
const VERTICES = 1024;

/** Where a particle comes from: the primary vertex (0) or a decay. */
export const PRIMARY = 1;
export const FROM_BOTTOM = 2;
/** Of charm that a bottom hadron decayed into. */
export const FROM_BOTTOM_CHARM = 3;
export const FROM_CHARM = 4;
/** K_S or Λ. */
export const FROM_V0 = 5;

/**
 * Stable particles of an event as columns, and the points they come from; vertex 0 is the primary
 * one, at the origin.
 */
export interface Particles {
  count: number;
  /** GeV. */
  readonly energy: Float64Array;
  readonly px: Float64Array;
  readonly py: Float64Array;
  readonly pz: Float64Array;
  readonly charged: Uint8Array;
  /** 0 for neutrinos. */
  readonly visible: Uint8Array;
  /** 1 or 2, 0 if groomed away. */
  readonly subjet: Uint8Array;
  readonly vertex: Int32Array;
  vertices: number;
  /** cm. */
  readonly vx: Float64Array;
  readonly vy: Float64Array;
  readonly vz: Float64Array;
  /** PRIMARY … FROM_V0. */
  readonly origin: Uint8Array;
  /** The vertex from which the particle that decayed here came. */
  readonly parent: Int32Array;
  bottomHadrons: number;
  /** Those that are not daughters of bottom. */
  charmHadrons: number;
}

/** An empty store, to be used for one event after the other. */
export function particleStore(): Particles {
  const reals = (length: number): Float64Array => new Float64Array(length);
  const bytes = (length: number): Uint8Array => new Uint8Array(length);
  const particles = {
    count: 0,
    energy: reals(CAPACITY),
    px: reals(CAPACITY),
    py: reals(CAPACITY),
    pz: reals(CAPACITY),
    charged: bytes(CAPACITY),
    visible: bytes(CAPACITY),
    subjet: bytes(CAPACITY),
    vertex: new Int32Array(CAPACITY),
    vertices: 1,
    vx: reals(VERTICES),
    vy: reals(VERTICES),
    vz: reals(VERTICES),
    origin: bytes(VERTICES),
    parent: new Int32Array(VERTICES),
    bottomHadrons: 0,
    charmHadrons: 0,
  };
  particles.origin[0] = PRIMARY;
  return particles;
}

/** Empties it, but for the primary vertex. */
export function clearParticles(particles: Particles): void {
  particles.count = 0;
  particles.vertices = 1;
  particles.bottomHadrons = 0;
  particles.charmHadrons = 0;
}

const full = (what: string, most: number): NumericalError =>
  new NumericalError(`an event has more than ${most} ${what}; give jets of less than some TeV.`);

/**
 * Adds a visible particle without momentum.
 * @returns its index
 * @throws NumericalError if the store is full
 */
export function addParticle(
  particles: Particles,
  charged: boolean,
  vertex: number,
  subjet: number,
): number {
  const k = particles.count++;
  if (k >= CAPACITY) throw full("particles", CAPACITY);
  particles.charged[k] = charged ? 1 : 0;
  particles.visible[k] = 1;
  particles.vertex[k] = vertex;
  particles.subjet[k] = subjet;
  return k;
}

/** Adds a decay vertex. @returns its index @throws NumericalError if the store is full */
export function addVertex(
  particles: Particles,
  x: number,
  y: number,
  z: number,
  origin: number,
  parent: number,
): number {
  const v = particles.vertices++;
  if (v >= VERTICES) throw full("decay vertices", VERTICES);
  particles.vx[v] = x;
  particles.vy[v] = y;
  particles.vz[v] = z;
  particles.origin[v] = origin;
  particles.parent[v] = parent;
  return v;
}

/** Gives particle k the momentum of (p_T, η, φ) and a mass. */
export function setMomentum(
  particles: Particles,
  k: number,
  pt: number,
  eta: number,
  phi: number,
  mass: number,
): void {
  const pz = pt * Math.sinh(eta);
  particles.px[k] = pt * Math.cos(phi);
  particles.py[k] = pt * Math.sin(phi);
  particles.pz[k] = pz;
  particles.energy[k] = Math.sqrt(pt * pt + pz * pz + mass * mass);
}
