import type { ParallelTask } from "../core/tasks/parallel.js";
import { tensor } from "../core/tensor.js";
import { networkFrom, type NetworkDescription } from "../nn/network/description.js";
import type { ObjectGroup } from "../nn/layers/layer.js";
import type { Network } from "../nn/network/network.js";
import { CHUNK } from "../nn/losses/chunks.js";
import { predict } from "../nn/losses/risk.js";
import { scoresOf } from "./scores.js";

/**
 * A block of jets to be scored as they are and under each mask; plain data, for a worker thread.
 */
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
  /**
   * For masks of raw values before they are scaled; undefined where nothing is scaled, or the mask
   * comes after.
   */
  readonly scaled: ScaledGroups | undefined;
}

/**
 * Objects whose features are all 0 in raw units are empty slots, and these are 0 after scaling too.
 */
export interface ScaledGroups {
  readonly groups: readonly ObjectGroup[];
  /** A raw 0 of each feature as the network reads it, group by group. */
  readonly zeros: Float64Array;
}

let latest: { readonly key: string; readonly network: Network } | undefined;

function networkOfKey(key: string, description: NetworkDescription): Network {
  if (latest?.key !== key) latest = { key, network: networkFrom(description) };
  return latest.network;
}

/**
 * Scores [1 + masks, jets], the jets as they are first. Few jets at a time, all masks of them one
 * after the other: an edge block whose objects a mask leaves as they were is not computed again.
 */
export function maskedScores(
  { network: description, theta, x, replacement, width, masks, scaled }: MaskingTask,
  own?: Network,
): Float64Array {
  const network = own ?? networkOfKey(JSON.stringify(description), description!);
  const n = x.length / width;
  const out = new Float64Array((masks.length + 1) * n);
  for (let from = 0; from < n; from += CHUNK) {
    const count = Math.min(CHUNK, n - from);
    const part = x.subarray(from * width, (from + count) * width);
    const masked = tensor([count, width], part.slice());
    const score = (row: number): void =>
      out.set(scoresOf(predict(network, theta, masked)), row * n + from);
    score(0);
    masks.forEach((runs, m) => {
      for (const [start, length] of runs)
        for (let p = start; p < part.length; p += width)
          replace(masked.data, p, length, replacement, from * width);
      if (scaled) emptyAgain(masked.data, width, scaled);
      score(m + 1);
      masked.data.set(part);
    });
  }
  return out;
}

/** Puts zeros, or what stands at the same places of `by` from `first` on, into a run of entries. */
function replace(
  data: Float64Array,
  start: number,
  length: number,
  by: Float64Array | undefined,
  first: number,
): void {
  if (by === undefined) data.fill(0, start, start + length);
  else data.set(by.subarray(first + start, first + start + length), start);
}

/** Makes objects empty slots of which the mask has left nothing. */
function emptyAgain(data: Float64Array, width: number, { groups, zeros }: ScaledGroups): void {
  for (let jet = 0; jet < data.length; jet += width) {
    let first = 0;
    for (const { start, features, objects } of groups) {
      for (let at = jet + start; at < jet + start + objects; at++) {
        let k = 0;
        while (k < features && data[at + k * objects] === zeros[first + k]) k++;
        if (k === features) for (k = 0; k < features; k++) data[at + k * objects] = 0;
      }
      first += features;
    }
  }
}

/** `maskedScores` for `parallelMap`; in the calling thread it takes that thread's network. */
export const maskedScoresTask = (own: Network): ParallelTask => ({
  module: import.meta.url,
  name: "maskedScores",
  compute: (task: MaskingTask) => maskedScores(task, own),
});
