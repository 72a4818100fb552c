import type { RandomProblem } from "../randomNetworks.js";
import { addProduct, addScaled, affine, constant, sum, type HyperDual } from "./hyperDual.js";
import type { Naive } from "./naive.js";

/** All values of the network for one sample, node by node from the definitions of the layers. */
export function naiveValues(
  { network, naive }: RandomProblem,
  theta: readonly HyperDual[],
  sample: readonly HyperDual[],
): HyperDual[][] {
  const values: HyperDual[][] = [[...sample]];
  network.nodes.forEach(({ inputs, offset }, node) => {
    const x = inputs.flatMap((v) => values[v]);
    values.push(naiveLayer(naive[node], theta.slice(offset ?? 0), x));
  });
  return values;
}

function naiveLayer(
  layer: Naive,
  theta: readonly HyperDual[],
  x: readonly HyperDual[],
): HyperDual[] {
  if (layer.kind === "entrywise") return x.map((one) => layer.f(one));
  if (layer.kind === "computed") return layer.f(x, theta);
  if (layer.kind === "largest")
    return layer.windows.map((window) => x[largestOf(window, (i) => x[i][0])]);
  const y = Array.from({ length: layer.outputs }, (_, j) =>
    affine(1, layer.bias ? theta[layer.bias(j)] : constant(0)),
  );
  if (layer.constant !== undefined) {
    const reached = new Set(layer.terms.map(({ j }) => j));
    y.forEach((own, j) => reached.has(j) || (own[0] += layer.constant!));
  }
  for (const { i, j, weight, coefficient = 1 } of layer.terms) {
    if (weight === undefined) addScaled(y[j], coefficient, x[i]);
    else addProduct(y[j], coefficient, theta[weight], x[i]);
  }
  return y;
}

/** The first of the largest. */
export const largestOf = (window: readonly number[], value: (i: number) => number): number =>
  window.reduce((best, i) => (value(i) > value(best) ? i : best));

/** Entries with derivatives along two directions; along none where a direction is left out. */
export const along = (x: Float64Array, first?: Float64Array, second?: Float64Array): HyperDual[] =>
  Array.from(x, (value, p) => [value, first?.[p] ?? 0, second?.[p] ?? 0, 0]);

/** Row n of a batch. */
export const rowOf = (data: Float64Array, rows: number, n: number): Float64Array =>
  data.subarray((n * data.length) / rows, ((n + 1) * data.length) / rows);

/** L_n of each sample as a function of θ, without penalties. */
export function naiveLosses(problem: RandomProblem, theta: readonly HyperDual[]): HyperDual[] {
  const {
    samples: { x, target },
    loss,
  } = problem;
  const n = x.shape[0];
  return Array.from({ length: n }, (_, s) => {
    const values = naiveValues(problem, theta, along(rowOf(x.data, n, s)));
    return loss.naive(values[values.length - 1], Array.from(rowOf(target.data, n, s)));
  });
}

/** The mean loss with the L2 term: what exact Hessians are of. */
export function naiveRisk(problem: RandomProblem, theta: readonly HyperDual[]): HyperDual {
  const own = naiveLosses(problem, theta);
  const risk = affine(1 / own.length, own.reduce(sum, constant(0)));
  for (const one of theta) addProduct(risk, (problem.options.l2 ?? 0) / 2, one, one);
  return risk;
}

/**
 * How far the nearest entry of any value is from a kink: of a function, or of a maximum that
 * another entry nearly attains. Exactly equal entries do not count, since what makes them equal
 * moves them alike.
 */
export function distanceToKinks(problem: RandomProblem): number {
  const {
    network,
    naive,
    theta,
    samples: { x, target },
    loss: { kinks = [] },
  } = problem;
  const n = x.shape[0];
  let nearest = Infinity;
  for (let s = 0; s < n; s++) {
    const values = naiveValues(problem, along(theta), along(rowOf(x.data, n, s)));
    const wanted = rowOf(target.data, n, s);
    values.at(-1)!.forEach(([z], k) => {
      for (const kink of kinks) nearest = Math.min(nearest, Math.abs(z - wanted[k] - kink));
    });
    network.nodes.forEach(({ inputs }, node) => {
      const layer = naive[node];
      const entries = inputs.flatMap((v) => values[v].map(([value]) => value));
      const gaps =
        layer.kind === "largest"
          ? layer.windows.flatMap((window) => gapsOf(window.map((i) => entries[i])))
          : layer.kind === "computed"
            ? (layer.gaps?.(entries) ?? [])
            : layer.kind === "entrywise" && layer.gap
              ? entries.map((v) => layer.gap!(v))
              : layer.kind === "entrywise" && layer.kink !== undefined
                ? entries.map((v) => Math.abs(v - layer.kink!))
                : [];
      for (const gap of gaps) if (gap > 0) nearest = Math.min(nearest, gap);
    });
  }
  return nearest;
}

const gapsOf = (window: readonly number[]): number[] => {
  const largest = Math.max(...window);
  return window.map((value) => largest - value);
};
