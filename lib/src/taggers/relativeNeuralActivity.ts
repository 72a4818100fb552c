import { takes } from "../core/arguments/takes.js";
import { count, fraction, list, listOf, record } from "../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../core/errors.js";
import { computesHere, parallelMap, type ParallelOptions } from "../core/tasks/parallel.js";
import { checkFinite, checkTensor, size, type Tensor } from "../core/tensor.js";
import { describeNetwork } from "../nn/network/description.js";
import { checkParameters, type Network } from "../nn/network/network.js";
import { interactionLayers, isInteractionNetwork } from "./interactionLayers.js";
import { layerActivitiesTask, type ActivityTask } from "./layerActivities.js";

/** Options of `relativeNeuralActivity`. */
export interface RelativeNeuralActivityOptions extends ParallelOptions {
  /** true (default): activations count by their size; false: a node counts where it is above 0. */
  readonly weighted?: boolean;
}

/** Activity of one layer. */
export interface LayerActivity {
  /** "f_R^pp 1" and so on for an interaction network, "layer 1" and so on for others. */
  readonly name: string;
  /** Of the activation whose outputs these are. */
  readonly node: number;
  /**
   * [classes][nodes], each class divided by the largest of its nodes: from 0 to 1. All 0 in a dead
   * layer.
   */
  readonly activity: readonly Float64Array[];
}

/** Each class has sums of its own. */
const MOST_CLASSES = 2 ** 16;

/** Jets of one task; sums do not depend on it beyond rounding. */
const BLOCK = 500;

/**
 * Relative neural activity (Neubauer & Roy 2022, Fig. 1b): the activation of each node summed over
 * the jets of a class and over all edges or objects, empty slots included, divided by the layer's
 * largest.
 *
 * Differs from print: the letter has ReLU layers, whose activations are ≥ 0. Here every activation
 * counts (leaky ReLU, tanh, …), by its modulus |a|, which for ReLU is the same.
 *
 * @param x       [n, …]
 * @param labels  [n], the class of each sample: 0 QCD, 1 H → bb̄
 * @returns one entry for each activation layer: nine for an interaction network
 * @throws ShapeError, ConfigError, NumericalError for what does not fit or is not finite;
 *   ConfigError for a network without activations
 * @example
 * ```ts
 * import { core, nn, physics, taggers } from "phaselens";
 * const jets = physics.simulateJets({ seed: 1, set: "test", jets: 100 });
 * const inputs = taggers.jetInputs(jets.x, jets.vertices, physics.jetFeatures);
 * const classes = jets.truth.signal; // 0 QCD, 1 H → bb̄
 * const network = taggers.interactionNetwork({ hidden: 4, edge: 2, object: 2 });
 * const theta = nn.kaimingNormal(network, core.makeRng(1));
 * const { relativeNeuralActivity } = taggers;
 * const layers = await relativeNeuralActivity(network, theta, inputs.x, classes, { jobs: 1 });
 * console.log(layers[0].activity.length); // → 2
 * ```
 */
export async function relativeNeuralActivity(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  labels: ArrayLike<number>,
  options: RelativeNeuralActivityOptions = {},
): Promise<LayerActivity[]> {
  takes("relativeNeuralActivity", { labels: [labels, list], options: [options, record()] });
  const { weighted = true, jobs, signal, onDone } = options;
  checkParameters(network, theta);
  checkFinite(theta, "relativeNeuralActivity: theta");
  checkTensor(x, "relativeNeuralActivity: x");
  checkFinite(x.data, "relativeNeuralActivity: x");
  const [n, ...input] = x.shape;
  if (labels.length !== n || n === 0) {
    throw new ShapeError(
      `relativeNeuralActivity: ${n} samples, but ${labels.length} labels. Give one for each, and one sample or more.`,
    );
  }
  let classes = 0;
  for (let s = 0; s < n; s++) {
    if (!(Number.isInteger(labels[s]) && labels[s] >= 0 && labels[s] < MOST_CLASSES)) {
      throw new ConfigError(
        `relativeNeuralActivity: the label of sample ${s} is ${labels[s]}; it must be one of 0, 1, … ${MOST_CLASSES - 1}.`,
      );
    }
    classes = Math.max(classes, labels[s] + 1);
  }
  const width = size(input);
  const nodes = network.nodes.flatMap(({ layer }, node) =>
    layer.kind === "elementwise" ? [node] : [],
  );
  if (nodes.length === 0) {
    throw new ConfigError(
      `relativeNeuralActivity: ${network.name} has no activations (ReLU, tanh, …). Give a network with hidden layers.`,
    );
  }
  const blocks = Math.ceil(n / BLOCK);
  const description = computesHere(jobs, blocks) ? undefined : describeNetwork(network);
  const tasks = Array.from({ length: blocks }, (_, b): ActivityTask => {
    const [from, to] = [b * BLOCK, Math.min(n, (b + 1) * BLOCK)];
    const own = Int32Array.from({ length: to - from }, (_unused, s) => labels[from + s]);
    return {
      network: description,
      nodes,
      theta,
      x: x.data.slice(from * width, to * width),
      input,
      labels: own,
      classes,
    };
  });
  const parts = await parallelMap<ActivityTask, Float64Array[]>(
    layerActivitiesTask(network),
    tasks,
    { label: "relativeNeuralActivity", jobs, signal, onDone },
  );
  const named = isInteractionNetwork(network) && nodes.length === interactionLayers.length;
  return nodes.map((node, l) => {
    const features = parts[0][l].length / (2 * classes);
    const activity = Array.from({ length: classes }, (_, c) => {
      const start = (weighted ? 0 : classes * features) + c * features;
      const sums = new Float64Array(features);
      for (const part of parts) for (let j = 0; j < features; j++) sums[j] += part[l][start + j];
      const largest = sums.reduce((a, b) => Math.max(a, b), 0);
      return largest > 0 ? sums.map((sum) => sum / largest) : sums;
    });
    return { name: named ? interactionLayers[l] : `layer ${l + 1}`, node, activity };
  });
}

/**
 * Share of the nodes of all layers whose relative activity for a class is below `threshold`
 * (default .2).
 */
export function quietShare(
  layers: readonly LayerActivity[],
  label: number,
  threshold = 0.2,
): number {
  takes("quietShare", {
    layers: [
      layers,
      listOf(
        record(
          { activity: listOf(listOf(fraction, 1), 1) },
          "what relativeNeuralActivity returned",
        ),
      ),
    ],
    label: [label, count()],
    threshold: [threshold, fraction],
  });
  if (layers.length === 0)
    throw new ConfigError(
      "quietShare: there are no layers. Give what relativeNeuralActivity returned.",
    );
  let [quiet, all] = [0, 0];
  for (const { activity } of layers) {
    const own = activity[label];
    if (own === undefined) {
      throw new ConfigError(
        `quietShare: there is no class ${label}; it must be one of 0 to ${activity.length - 1}.`,
        { label },
      );
    }
    for (const value of own) {
      all++;
      if (value < threshold) quiet++;
    }
  }
  return quiet / all;
}
