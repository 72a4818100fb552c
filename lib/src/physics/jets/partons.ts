import { NumericalError } from "../../core/errors.js";

const CAPACITY = 4096; // a jet of 2 TeV has some hundred

/**
 * The partons of a shower, those that split and those that do not, as columns. A parton stands
 * before its descendants, and these are the entries from its own index up to `end`, without a gap.
 */
export interface Partons {
  count: number;
  /** GeV. */
  readonly pt: Float64Array;
  readonly eta: Float64Array;
  readonly phi: Float64Array;
  /** 21 gluon, 1 light, 4 charm, 5 bottom. */
  readonly flavour: Int32Array;
  /** Of its splitting: θ, and the first child's fraction of p_T. */
  readonly angle: Float64Array;
  readonly fraction: Float64Array;
  /** Children, −1 for a parton that does not split. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly end: Int32Array;
  /** Gluons that split into bottom, into charm. */
  gluonToBottom: number;
  gluonToCharm: number;
}

/** An empty store, to be used for one jet after the other. */
export function partonStore(): Partons {
  const reals = (): Float64Array => new Float64Array(CAPACITY);
  const integers = (): Int32Array => new Int32Array(CAPACITY);
  return {
    count: 0,
    pt: reals(),
    eta: reals(),
    phi: reals(),
    flavour: integers(),
    angle: reals(),
    fraction: reals(),
    first: integers(),
    second: integers(),
    end: integers(),
    gluonToBottom: 0,
    gluonToCharm: 0,
  };
}

/** Empties it. */
export function clearPartons(partons: Partons): void {
  partons.count = 0;
  partons.gluonToBottom = 0;
  partons.gluonToCharm = 0;
}

/**
 * Adds a parton that does not split.
 * @returns its index
 * @throws NumericalError if the store is full
 */
export function addParton(
  partons: Partons,
  pt: number,
  eta: number,
  phi: number,
  flavour: number,
): number {
  const k = partons.count++;
  if (k >= CAPACITY)
    throw new NumericalError(
      `the shower has more than ${CAPACITY} partons; give jets of less than some TeV.`,
      { pt },
    );
  partons.pt[k] = pt;
  partons.eta[k] = eta;
  partons.phi[k] = phi;
  partons.flavour[k] = flavour;
  partons.angle[k] = 0;
  partons.fraction[k] = 0;
  partons.first[k] = -1;
  partons.second[k] = -1;
  partons.end[k] = k + 1;
  return k;
}
