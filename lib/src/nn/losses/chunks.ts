import { stopIfCancelled } from "../../core/tasks/cancellation.js";
import { checkTensor, size, type Shape, type Tensor } from "../../core/tensor.js";
import type { Precision } from "../layers/largestOf.js";
import { makeEvaluator, type Evaluator } from "../network/evaluator.js";
import { makeGradientEvaluator, type GradientEvaluator } from "../network/gradientEvaluator.js";
import { shapes, type Network } from "../network/network.js";

/** Samples evaluated at a time: enough to amortise calls, small enough to stay in cache. */
export const CHUNK = 32;

/**
 * Entries of all values that an evaluator may hold; of large samples it takes fewer than a chunk at
 * a time.
 */
const MOST_ENTRIES = 2 ** 21;

/**
 * The same where only outputs and gradients are wanted, values and gradients counted once: half a
 * GiB of each. Sums over samples depend in their last digits on how many go together, so that this
 * is as large as memory has it.
 */
const MOST_GRADIENT_ENTRIES = 2 ** 26;

/** The same in single precision, where more samples gain nothing: they leave the cache. */
const MOST_SINGLE_ENTRIES = 2 ** 23;

/** Input shapes of a network that are kept ready: those used last. */
const SHAPES = 8;

/**
 * Something made once for each network and input shape, and shared by all calls. A network that
 * sees many shapes, as sequences of any length, keeps what it needed last.
 */
function shared<T>(
  make: (network: Network, input: Shape, entries: number) => T,
): (network: Network, x: Tensor) => T {
  const made = new WeakMap<Network, Map<string, T>>();
  let latest: { readonly network: Network; readonly shape: Shape; readonly one: T } | undefined;
  return (network, x) => {
    // many calls with one network: what it needs is the one that was put in last
    if (latest?.network === network && sameSamples(latest.shape, x.shape)) return latest.one;
    let byShape = made.get(network);
    if (!byShape) made.set(network, (byShape = new Map<string, T>()));
    const input = x.shape.slice(1);
    const key = input.join();
    let one = byShape.get(key);
    if (one === undefined) {
      const entries = shapes(network, input).reduce((sum, shape) => sum + size(shape), 0);
      one = make(network, input, entries);
    }
    byShape.delete(key); // the first of a Map is the one put in longest ago
    byShape.set(key, one);
    if (byShape.size > SHAPES) byShape.delete(byShape.keys().next().value!);
    latest = { network, shape: x.shape.slice(), one };
    return one;
  };
}

/** Whether samples of two batches have one shape. */
function sameSamples(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let k = 1; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}

/**
 * Parameters from which products with the Hessian take more samples together: each chunk reads all
 * weights, and adds to all of the result, several times.
 */
const MANY_PARAMETERS = 2 ** 16;
/** Samples of a chunk then. */
export const LARGE_CHUNK = 128;

const capacityFor = (entries: number, chunk = CHUNK): number =>
  Math.max(1, Math.min(chunk, Math.floor(MOST_ENTRIES / entries)));
const capacityForProducts = ({ parameterCount }: Network, entries: number): number =>
  capacityFor(entries, parameterCount < MANY_PARAMETERS ? CHUNK : LARGE_CHUNK);
const evaluatorFor = shared((network, input, entries) =>
  makeEvaluator(network, input, capacityFor(entries)),
);

const productEvaluatorFor = shared((network, input, entries) =>
  makeEvaluator(network, input, capacityForProducts(network, entries)),
);

/** Numbers that evaluators may hold which keep what they computed, 128 MB. */
const KEPT = 2 ** 24;

/**
 * Evaluators for the first chunks of the samples, as `eachProductChunk` divides them: as
 * many as there is memory for. Nothing is computed yet.
 */
export function keptEvaluators(network: Network, x: Tensor): Evaluator[] {
  const input = x.shape.slice(1);
  const sizes = shapes(network, input).map(size);
  const entries = sizes.reduce((sum, one) => sum + one, 0);
  const capacity = capacityForProducts(network, entries);
  // values, gradients and tangents of both, two buffers of the widest; what steps hold of θ
  const each = capacity * (4 * entries + 2 * Math.max(...sizes)) + 4 * network.parameterCount;
  const count = Math.min(Math.ceil(x.shape[0] / capacity), Math.floor(KEPT / each));
  return Array.from({ length: count }, () => makeEvaluator(network, input, capacity));
}

const gradientEvaluatorFor = shared((network, input, entries) =>
  makeGradientEvaluator(
    network,
    input,
    Math.max(1, Math.min(CHUNK, Math.floor(MOST_GRADIENT_ENTRIES / entries))),
  ),
);
const singleEvaluatorFor = shared((network, input, entries) =>
  makeGradientEvaluator(
    network,
    input,
    Math.max(1, Math.min(CHUNK, Math.floor(MOST_SINGLE_ENTRIES / entries))),
    "auto",
    "float32",
  ),
);

/** Walk over the samples in chunks, with the evaluator's values filled in. */
export function eachChunk(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  visit: (evaluator: Evaluator, from: number, count: number) => void,
): void {
  checkTensor(x, `${network.name}: inputs`);
  inChunks(evaluatorFor(network, x), theta, x, visit);
}

/** The same for products with second derivatives, which hold no row of θ for each sample. */
export function eachProductChunk(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  visit: (evaluator: Evaluator, from: number, count: number) => void,
): void {
  checkTensor(x, `${network.name}: inputs`);
  const few = network.parameterCount < MANY_PARAMETERS;
  inChunks((few ? evaluatorFor : productEvaluatorFor)(network, x), theta, x, visit);
}

/**
 * The same for outputs and parameter gradients alone, in either precision, of samples that were
 * looked at.
 */
export function eachGradientChunk(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  precision: Precision | undefined,
  visit: (evaluator: GradientEvaluator, from: number, count: number) => void,
): void {
  const evaluator = precision === "float32" ? singleEvaluatorFor : gradientEvaluatorFor;
  inChunks(evaluator(network, x), theta, x, visit);
}

function inChunks<E extends Pick<Evaluator, "capacity" | "forward">>(
  evaluator: E,
  theta: Float64Array,
  x: Tensor,
  visit: (evaluator: E, from: number, count: number) => void,
): void {
  const width = size(x.shape.slice(1));
  for (let from = 0; from < x.shape[0]; from += evaluator.capacity) {
    stopIfCancelled();
    const count = Math.min(evaluator.capacity, x.shape[0] - from);
    evaluator.forward(theta, x.data.subarray(from * width, (from + count) * width), count);
    visit(evaluator, from, count);
  }
}
