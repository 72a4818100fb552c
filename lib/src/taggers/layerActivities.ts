import type { ParallelTask } from "../core/tasks/parallel.js";
import { tensor } from "../core/tensor.js";
import { networkFrom, type NetworkDescription } from "../nn/network/description.js";
import type { Network } from "../nn/network/network.js";
import { eachChunk } from "../nn/losses/risk.js";

/** A block of jets whose activations are summed; plain data, for a worker thread. */
export interface ActivityTask {
  /** Undefined for the network of the calling thread. */
  readonly network: NetworkDescription | undefined;
  /** Nodes whose outputs are summed. */
  readonly nodes: readonly number[];
  readonly theta: Float64Array;
  readonly x: Float64Array;
  readonly input: readonly number[];
  readonly labels: Int32Array;
  readonly classes: number;
}

/**
 * For each of the nodes [2, classes, features]: sums of |a|, then counts of a > 0, over jets of a
 * class and over edges or objects.
 */
export function layerActivities(
  { network: description, nodes: places, theta, x, input, labels, classes }: ActivityTask,
  own?: Network,
): Float64Array[] {
  const network = own ?? networkFrom(description!);
  const sums: Float64Array[] = [];
  eachChunk(
    network,
    theta,
    tensor([labels.length, ...input], x),
    ({ shapes, values }, from, count) => {
      places.forEach((node, l) => {
        const [nodes, ...space] = shapes[node + 1];
        const sites = space.reduce((product, extent) => product * extent, 1);
        sums[l] ??= new Float64Array(2 * classes * nodes);
        addActivities(values[node + 1], sites, nodes, labels.subarray(from, from + count), sums[l]);
      });
    },
  );
  return sums;
}

/** Adds activations of jets, [jets, nodes, sites], to the sums and counts of their classes. */
function addActivities(
  values: Float64Array,
  sites: number,
  nodes: number,
  labels: Int32Array,
  sums: Float64Array,
): void {
  const counts = sums.length / 2;
  for (let n = 0, p = 0; n < labels.length; n++) {
    for (let j = labels[n] * nodes, end = j + nodes; j < end; j++) {
      let [sum, active] = [0, 0];
      for (const last = p + sites; p < last; p++) {
        const value = values[p];
        sum += Math.abs(value);
        if (value > 0) active++;
      }
      sums[j] += sum;
      sums[counts + j] += active;
    }
  }
}

/** `layerActivities` for `parallelMap`; in the calling thread it takes that thread's network. */
export const layerActivitiesTask = (own: Network): ParallelTask => ({
  module: import.meta.url,
  name: "layerActivities",
  compute: (task: ActivityTask) => layerActivities(task, own),
});
