import { isSameGroup } from "../layers/edges.js";
import type { EdgeStretch } from "./edgeBlocks.js";

/** What an edge block read last: its parameters, and its objects of some samples. */
export interface BlockInputs {
  isSame(theta: Float64Array, x: Float64Array, batch: number): boolean;
  keep(theta: Float64Array, x: Float64Array, batch: number): void;
  forget(): void;
}

/** @param width  entries of a sample */
export function blockInputs(
  { receivers, senders, offset, widths: [first, second, third] }: EdgeStretch,
  width: number,
): BlockInputs {
  const groups = isSameGroup(receivers, senders) ? [receivers] : [receivers, senders];
  const inputs = receivers.features + senders.features;
  const parameters = first * (inputs + 1) + second * (first + 1) + third * (second + 1);
  const theta = new Float64Array(parameters);
  let [x, kept] = [new Float64Array(0), 0];
  /** The stretches of the samples that the block reads. */
  const every = (batch: number, visit: (from: number, to: number) => boolean): boolean => {
    for (let n = 0; n < batch; n++)
      for (const { start, features, objects } of groups) {
        const from = n * width + start;
        if (!visit(from, from + features * objects)) return false;
      }
    return true;
  };
  return {
    isSame: (otherTheta, otherX, batch) =>
      batch === kept &&
      equal(theta, 0, otherTheta, offset, parameters) &&
      every(batch, (from, to) => equal(x, from, otherX, from, to - from)),
    keep(newTheta, newX, batch) {
      if (x.length < batch * width) x = new Float64Array(batch * width);
      theta.set(newTheta.subarray(offset, offset + parameters));
      every(batch, (from, to) => {
        x.set(newX.subarray(from, to), from);
        return true;
      });
      kept = batch;
    },
    forget() {
      kept = 0;
    },
  };
}

function equal(
  a: Float64Array,
  fromA: number,
  b: Float64Array,
  fromB: number,
  length: number,
): boolean {
  for (let k = 0; k < length; k++) if (a[fromA + k] !== b[fromB + k]) return false;
  return true;
}
