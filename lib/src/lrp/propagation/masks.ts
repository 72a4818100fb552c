import { ConfigError } from "../../core/errors.js";
import { shown } from "../../core/oneOf.js";
import { size, type Shape } from "../../core/tensor.js";
import { isMask } from "../../nn/network/namedInputs.js";
import { specOf } from "../../nn/layers/specOf.js";
import { parametersOf, type Network } from "../../nn/network/network.js";
import { rowSum, type Ledger } from "./conservation.js";

/** Entries of a sample that say which objects there are: from `start` to before `end`. */
export interface MaskRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the masks of a network lie in its samples.
 * @param masks  names of inputs (default: those of the network, which are those with "mask" in
 *   their name unless it says others)
 * @throws ConfigError for a name that no input has
 */
export function maskRanges(
  { inputs = [], name: network }: Network,
  masks: readonly string[] = inputs.filter(isMask).map(({ name }) => name),
): MaskRange[] {
  return masks.map((mask) => {
    const found = inputs.find(({ name }) => name === mask);
    if (found) return { start: found.start, end: found.start + size(found.shape) };
    const known = inputs.map(({ name }) => shown(name)).join(", ") || "none by name";
    throw new ConfigError(
      `attribute: the mask ${shown(mask)} is no input of ${network}; it has ${known}. Name some of these.`,
      { masks },
    );
  });
}

/** For each value of a network whether it is made of masks, and constants, alone. */
export function valuesOfMasks(
  { nodes }: Network,
  shapes: readonly Shape[],
  ranges: readonly MaskRange[],
): boolean[] {
  const ofMasks = shapes.map(() => false);
  if (ranges.length === 0) return ofMasks;
  const fixed = nodes.map(
    ({ layer }) => layer.kind === "source" && parametersOf(layer).length === 0,
  );
  nodes.forEach(({ layer, inputs }, node) => {
    const cut = layer.kind === "slice" && inputs[0] === 0;
    if (cut) {
      const end = layer.start + size(shapes[node + 1]);
      ofMasks[node + 1] = ranges.some((own) => own.start <= layer.start && end <= own.end);
    } else {
      // of what is repeated to the shape of another value that one gives the shape alone
      const read = specOf(layer)?.type === "expandLike" ? inputs.slice(0, 1) : inputs;
      const all = read.every((v) => ofMasks[v] || (v > 0 && fixed[v - 1]));
      ofMasks[node + 1] = all && read.some((v) => ofMasks[v]);
    }
  });
  return ofMasks;
}

/** Puts the masks of samples back that were changed. */
export function restoreMasks(
  x: Float64Array,
  masks: readonly MaskRange[],
  into: Float64Array,
  features: number,
  batch: number,
): void {
  for (let n = 0; n < batch; n++)
    for (const { start, end } of masks)
      into.set(x.subarray(n * features + start, n * features + end), n * features + start);
}

/** Takes from masks what reached them, and enters it as lost. */
export function emptyMasks(
  ranges: readonly MaskRange[],
  relevance: Float64Array,
  total: Float64Array,
  books: Ledger,
  startSizes: Float64Array,
  batch: number,
  width: number,
): void {
  const came = total.slice(0, batch);
  for (let n = 0; n < batch; n++) {
    for (const { start, end } of ranges) {
      const [from, to] = [n * width + start, n * width + end];
      total[n] -= rowSum(relevance, from, to);
      relevance.fill(0, from, to);
    }
  }
  books.enter(came, total, [relevance], startSizes, batch);
}
