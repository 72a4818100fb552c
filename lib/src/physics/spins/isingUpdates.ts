import type { Rng } from "../../core/random/rng.js";
import { makeArena } from "../../kernels/arena.js";
import { room } from "../../kernels/room.js";
import type { Backend } from "../lattice/latticeMemory.js";
import { apartness, clusterGrowth } from "../sampling/clusterGrowth.js";
import { bulkDraws, drawsRoom } from "./draws.js";
import { heatBathWeights, metropolisProbability, PROPOSED } from "./heatBath.js";
import type { IsingModel } from "./isingModel.js";
import { checkerboard, type SpinUpdates } from "./spinModel.js";

/**
 * Updates of the Ising model with a compiled sweep; Σ σσ′ and Σ σ are whole numbers that are kept
 * up to date.
 * @param start  copied
 */
export function isingUpdates(
  model: IsingModel,
  sweeps: "metropolis" | "heatBath",
  start: Float64Array,
  rng: Rng,
  backend: Backend,
): SpinUpdates {
  const { lattice, coupling, magneticField: h, inverseTemperature: beta } = model;
  const { sites, dimensions, neighbours, parity } = lattice;
  const degree = 2 * dimensions;
  const sizes = { count: sites, degree };
  const arena = makeArena(
    {
      doubles: room("spinSweep", "flip", sizes),
      integers: (degree + 2) * sites + drawsRoom + room("spinSweep", "sums", {}),
    },
    backend,
  );
  const { i32 } = arena;
  const draws = bulkDraws(rng, arena);
  const order = arena.integers(room("spinSweep", "order", sizes));
  const around = arena.integers(room("spinSweep", "neighbours", sizes));
  const [spins, sums] = [arena.integers(sites), arena.integers(room("spinSweep", "sums", {}))];
  const flip = arena.doubles(room("spinSweep", "flip", sizes));
  arena.f64.set(flipProbabilities(model, sweeps), flip);
  const { order: sequence, even } = checkerboard(lattice);
  i32.set(sequence, order);
  sequence.forEach((n, k) =>
    i32.set(neighbours.subarray(n * degree, (n + 1) * degree), around + k * degree),
  );
  i32.set(start, spins);
  const total = linkAndSpinSums(model, start);

  /** Sites of one colour, those from `first` to before `end` of the sequence. */
  const half = (first: number, end: number): number => {
    i32.fill(0, sums, sums + 3);
    for (let k = first; k < end;) {
      const count = draws.ready(end - k);
      const words = draws.take(count);
      arena.spinSweep(count, degree, around + k * degree, order + k, spins, flip, words, sums);
      k += count;
    }
    total.links += i32[sums + 1];
    total.spins += i32[sums + 2];
    total.staggered += first === 0 ? i32[sums + 2] : -i32[sums + 2];
    return i32[sums];
  };
  const grow = clusterGrowth(lattice);
  const [equal, unequal] = [apartness(2 * beta * coupling), apartness(-2 * beta * coupling)];
  const apart = (n: number, m: number): number =>
    i32[spins + n] === i32[spins + m] ? equal : unequal;
  const change = (n: number): void => {
    const spin = i32[spins + n];
    let sum = 0;
    for (let k = n * degree; k < (n + 1) * degree; k++) sum += i32[spins + neighbours[k]];
    total.links -= 2 * spin * sum;
    total.spins -= 2 * spin;
    total.staggered -= 2 * parity[n] * spin;
    i32[spins + n] = -spin;
  };
  return {
    sweep: () => (half(0, even) + half(even, sites)) / sites,
    cluster: () => {
      const { members, size } = grow(apart, draws);
      if (h !== 0) {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += i32[spins + members[i]];
        if (!(draws.uniform() < metropolisProbability(beta, 2 * h * sum))) return 0;
      }
      for (let i = 0; i < size; i++) change(members[i]);
      return size;
    },
    energy: () => -(coupling * total.links + h * total.spins) / sites,
    orderParameter: () => {
      const sum = coupling < 0 ? total.staggered : total.spins;
      return (coupling >= 0 && h !== 0 ? sum : Math.abs(sum)) / sites;
    },
    read: (out) => out.set(i32.subarray(spins, spins + sites)),
  };
}

function linkAndSpinSums(
  { lattice }: IsingModel,
  field: Float64Array,
): { links: number; spins: number; staggered: number } {
  const { sites, dimensions, neighbours, parity } = lattice;
  const total = { links: 0, spins: 0, staggered: 0 };
  for (let n = 0; n < sites; n++) {
    for (let mu = 0; mu < dimensions; mu++)
      total.links += field[n] * field[neighbours[2 * dimensions * n + mu]];
    total.spins += field[n];
    total.staggered += parity[n] * field[n];
  }
  return total;
}

/** With which a spin flips, by its sign and the sum of its neighbours: the list of `spinSweep`. */
export function flipProbabilities(
  { lattice, coupling, magneticField, inverseTemperature: beta }: IsingModel,
  sweeps: "metropolis" | "heatBath",
): Float64Array {
  const degree = 2 * lattice.dimensions;
  const entries = 2 * degree + 1;
  const weights = new Float64Array(2);
  return Float64Array.from({ length: 2 * entries }, (_, k) => {
    const spin = k < entries ? -1 : 1;
    const sum = (k % entries) - degree;
    const difference = 2 * spin * (coupling * sum + magneticField);
    if (sweeps === "metropolis") return PROPOSED * metropolisProbability(beta, difference);
    heatBathWeights(beta, Float64Array.of(0, difference), weights);
    return weights[1] / (weights[0] + weights[1]);
  });
}
