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
        for (let n = 0, p = 0; n < count; n++) {
          const at = labels[from + n] * nodes;
          for (let j = 0; j < nodes; j++) {
            let [sum, active] = [0, 0];
            for (let t = 0; t < sites; t++, p++) {
              const value = values[node + 1][p];
              sum += Math.abs(value);
              if (value > 0) active++;
            }
            sums[l][at + j] += sum;
            sums[l][classes * nodes + at + j] += active;
          }
        }
      });
    },
  );
  return sums;
}

/** `layerActivities` for `parallelMap`; in the calling thread it takes that thread's network. */
export const layerActivitiesTask = (own: Network): ParallelTask => ({
  module: import.meta.url,
  name: "layerActivities",
  compute: (task: ActivityTask) => layerActivities(task, own),
});
