import { takes } from "../core/arguments/takes.js";
import { name, optional } from "../core/arguments/kinds.js";
import { ConfigError } from "../core/errors.js";
import { couplingGrid } from "../physics/sampling/couplingGrid.js";
import { checkEnsembleSpec, type EnsembleSpec } from "../physics/sampling/ensembleSpec.js";
import { lattice as makeLattice } from "../physics/lattice/lattice.js";
import { checkYukawaOptions } from "../physics/lattice/yukawaAction.js";
import { checkDirac, checkKleinGordon } from "../physics/lattice/yukawaParameters.js";
import { parseManifest, type Manifest } from "./manifest.js";

/**
 * What goes into one .npy file, with a .json beside it: the ensemble of one κ of one set, or jets
 * (`JetsPiece`).
 */
export interface Piece<Spec = EnsembleSpec> {
  /** Path below the folder of the manifest, without ending: "training/033_kappa-0.185". */
  readonly stem: string;
  readonly spec: Spec;
  readonly dtype: "f4" | "f8";
}

/** The part i of N of a manifest, counted from 1. */
export interface ShardChoice {
  readonly index: number;
  readonly count: number;
}

/** Most files that one manifest may ask for; its list of them is made in memory. */
export const MOST_PIECES = 1_000_000;

/** κ of a manifest in order, rounded to twelve digits: .1 + .2 is .3, and κ = 0 is 0. */
export function manifestCouplings({ hoppingParameters: grid }: Manifest): number[] {
  return "count" in grid
    ? Array.from(couplingGrid(grid))
    : grid.map((kappa) => Number(kappa.toFixed(12)) + 0);
}

/** Trajectories of a piece, as a measure of its cost. */
export function trajectoriesOf({ spec }: Piece): number {
  return (spec.chains ?? 2) * spec.thermalisation + spec.configurations * spec.stride;
}

/**
 * What a manifest asks for, one piece for each set and κ, in that order.
 * @param source  what errors call the manifest
 * @throws ConfigError for physics that cannot be sampled (λ < 0, odd extents with fermions, …), a κ
 *   given twice, an exception for no κ
 */
export function planPieces(manifest: Manifest, source?: string): Piece[] {
  takes("planPieces", { source: [source, optional(name)] });
  parseManifest(manifest, source ?? "planPieces: the manifest");
  return piecesOf(manifest, source ?? manifest.name);
}

function piecesOf(manifest: Manifest, source: string): Piece[] {
  const { hoppingParameters: grid } = manifest;
  const wanted = ("count" in grid ? grid.count : grid.length) * Object.keys(manifest.sets).length;
  if (wanted > MOST_PIECES) {
    throw new ConfigError(
      `${source}: asks for ${wanted} ensembles, at most ${MOST_PIECES} go into one manifest. Split it into several.`,
      { source, wanted },
    );
  }
  const couplings = manifestCouplings(manifest);
  if (new Set(couplings).size !== couplings.length) {
    throw new ConfigError(`${source}: hoppingParameters holds a value twice. Name each once.`, {
      source,
    });
  }
  const sets = Object.keys(manifest.sets);
  if (sets.length === 0) {
    throw new ConfigError(
      `${source}: sets is empty. Name at least one, e.g. "training": { "configurations": 200 }.`,
      { source },
    );
  }
  for (const { from, to } of manifest.exceptions ?? []) {
    if (!couplings.some((kappa) => kappa >= from && kappa <= to)) {
      const grid = `which goes from ${Math.min(...couplings)} to ${Math.max(...couplings)}`;
      const fact = `the exception from ${from} to ${to} holds for no κ of the grid, ${grid}`;
      throw new ConfigError(`${source}: ${fact}. Correct its range, or remove it.`, {
        source,
        from,
        to,
      });
    }
  }
  const pieces = sets.flatMap((set) =>
    couplings.map((kappa, index) => planPiece(manifest, set, kappa, index, couplings.length)),
  );
  try {
    checkPhysics(manifest, pieces);
  } catch (error) {
    if (error instanceof ConfigError)
      throw new ConfigError(`${source}: ${error.message}`, { source, ...error.details });
    throw error;
  }
  return pieces;
}

function planPiece(
  manifest: Manifest,
  set: string,
  kappa: number,
  index: number,
  count: number,
): Piece {
  const { quarticCoupling, fermionMass, yukawaCoupling, fermions, order, correction } = manifest;
  let sampling: Partial<EnsembleSpec> = {
    ...manifest.sampling,
    configurations: manifest.sets[set].configurations,
  };
  for (const { from, to, because: _, ...changes } of manifest.exceptions ?? []) {
    if (kappa >= from && kappa <= to) sampling = { ...sampling, ...changes };
  }
  const spec = {
    shape: manifest.lattice,
    parameters: { hoppingParameter: kappa, quarticCoupling, fermionMass, yukawaCoupling },
    fermions,
    ...(order === undefined ? {} : { order }),
    ...(correction === undefined ? {} : { correction }),
    ...sampling,
    seed: manifest.seed,
    set,
  } as EnsembleSpec;
  const number = String(index).padStart(String(count - 1).length, "0"); // so that files sort by κ
  return { stem: `${set}/${number}_kappa${kappa}`, spec, dtype: manifest.dtype ?? "f4" };
}

/** Everything that would make a piece fail at its start. */
function checkPhysics(
  { lattice: shape, fermions, order, correction }: Manifest,
  pieces: readonly Piece[],
): void {
  const lattice = makeLattice(shape);
  for (const { spec } of pieces) {
    checkEnsembleSpec(spec);
    checkKleinGordon(spec.parameters, lattice);
    checkDirac(spec.parameters);
    if (fermions === "exact") continue; // checked with the spec
    const options = { ...spec.solver, fermions, order, correction };
    checkYukawaOptions(shape, spec.parameters, options);
  }
}

/**
 * The pieces of part i of N: every N-th, so that costly neighbours near a transition are spread
 * over the parts. The parts are disjoint and together everything, and who runs which does not
 * matter to any number.
 * @throws ConfigError unless 1 ≤ i ≤ N
 */
export function piecesOfShard<P>(pieces: readonly P[], { index, count }: ShardChoice): P[] {
  if (!(
    Number.isSafeInteger(count) &&
    count >= 1 &&
    Number.isSafeInteger(index) &&
    index >= 1 &&
    index <= count
  )) {
    const fact = `shard ${index}/${count} does not exist; shards are counted from 1/${count} to ${count}/${count}`;
    throw new ConfigError(`${fact}. Give i/N with 1 ≤ i ≤ N.`, { index, count });
  }
  return pieces.filter((_, k) => k % count === index - 1);
}

/**
 * The piece of a κ and set.
 * @throws ConfigError naming the nearest κ if this one is not on the grid, or the sets there are
 */
export function findPiece(pieces: readonly Piece[], set: string, hoppingParameter: number): Piece {
  const ofSet = pieces.filter(({ spec }) => spec.set === set);
  if (ofSet.length === 0) {
    const sets = [...new Set(pieces.map(({ spec }) => spec.set))];
    throw new ConfigError(`there is no set ${JSON.stringify(set)}; there are ${sets.join(", ")}.`, {
      set,
    });
  }
  const distance = ({ spec }: Piece): number =>
    Math.abs(spec.parameters.hoppingParameter - hoppingParameter);
  const nearest = ofSet.reduce((best, piece) => (distance(piece) < distance(best) ? piece : best));
  if (!(distance(nearest) < 1e-9)) {
    const couplings = ofSet.map(({ spec }) => spec.parameters.hoppingParameter);
    const range = `${couplings.length} values from ${Math.min(...couplings)} to ${Math.max(...couplings)}`;
    const closest = `the nearest is ${nearest.spec.parameters.hoppingParameter}`;
    throw new ConfigError(`κ = ${hoppingParameter} is not on the grid of ${range}; ${closest}.`, {
      hoppingParameter,
    });
  }
  return nearest;
}
