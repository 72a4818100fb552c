import type { ParallelTask } from "../core/parallel.js";
import { tensor } from "../core/tensor.js";
import { networkFrom, type NetworkDescription } from "../nn/description.js";
import type { Network } from "../nn/network.js";
import { predict } from "../nn/risk.js";
import { scoresOf } from "./scores.js";

/** A block of jets to be scored as they are and under each mask; plain data, for a worker thread. */
export interface MaskingTask {
  /** Undefined for the network of the calling thread. */
  readonly network: NetworkDescription | undefined;
  readonly theta: Float64Array;
  /** [jets, width], and what stands in the place of masked entries: nothing for zeros. */
  readonly x: Float64Array;
  readonly replacement: Float64Array | undefined;
  readonly width: number;
  /** For each mask runs of entries [start, length]. */
  readonly masks: readonly (readonly (readonly [number, number])[])[];
}

let latest: { readonly key: string; readonly network: Network } | undefined;

function networkOfKey(key: string, description: NetworkDescription): Network {
  if (latest?.key !== key) latest = { key, network: networkFrom(description) };
  return latest.network;
}

/** Scores [1 + masks, jets], the jets as they are first. */
export function maskedScores(
  { network: description, theta, x, replacement, width, masks }: MaskingTask, own?: Network,
): Float64Array {
  const network = own ?? networkOfKey(JSON.stringify(description), description!);
  const n = x.length / width;
  const masked = tensor([n, width], x.slice());
  const out = new Float64Array((masks.length + 1) * n);
  const each = (runs: readonly (readonly [number, number])[], from: Float64Array | undefined): void => {
    for (const [start, length] of runs) {
      for (let p = start; p < x.length; p += width) {
        if (from) for (let k = p; k < p + length; k++) masked.data[k] = from[k];
        else masked.data.fill(0, p, p + length);
      }
    }
  };
  out.set(scoresOf(predict(network, theta, masked)));
  masks.forEach((runs, m) => {
    each(runs, replacement);
    out.set(scoresOf(predict(network, theta, masked)), (m + 1) * n);
    each(runs, x);
  });
  return out;
}

/** `maskedScores` for `parallelMap`; in the calling thread it takes that thread's network. */
export const maskedScoresTask = (own: Network): ParallelTask =>
  ({ module: import.meta.url, name: "maskedScores", compute: (task: MaskingTask) => maskedScores(task, own) });
