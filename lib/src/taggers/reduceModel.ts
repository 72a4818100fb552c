import { some } from "./arguments.js";
import { takes } from "../core/arguments/takes.js";
import { nonNegative, numbers, optional, record } from "../core/arguments/kinds.js";
import { auc } from "../core/statistics/auc.js";
import { longRun, type LongRun } from "../core/tasks/longRun.js";
import type { ParallelOptions } from "../core/tasks/parallel.js";
import type { Network } from "../nn/network/network.js";
import { deltaAuc } from "./deltaAuc.js";
import { fidelity } from "./fidelity.js";
import { selectFeatures, type JetFeatures, type JetInputs } from "./jetInputs.js";
import { reducedNetwork, type ReducedNetwork } from "./reducedNetwork.js";
import { relativeNeuralActivity } from "./relativeNeuralActivity.js";
import { scores } from "./scores.js";

/** Options of `reduceModel`. */
export interface ReduceModelOptions extends ParallelOptions {
  /** The AUC that may be lost, by features and by nodes together (default .001). */
  readonly loss?: number;
  /** Of the jets, [n], by which AUC and fidelity go (default: all alike). */
  readonly weights?: ArrayLike<number>;
}

/** A reduced model and what it has kept of the whole. */
export interface ReducedModel extends ReducedNetwork {
  readonly auc: number;
  /** Of the whole model. */
  readonly aucBefore: number;
  readonly fidelity: number;
}

/**
 * A smaller interaction network with the AUC kept, without retraining (Neubauer & Roy 2022: "the
 * model can be made significantly simpler"): features are dropped in the order of their ΔAUC (0 as
 * the network reads them, as `reducedNetwork` drops them), the least useful first, then nodes in
 * the order of their relative activity in whichever class they are more active, each as far as the
 * AUC allows. Training on from its θ usually gives back what was lost.
 *
 * @param positive [n], true or 1 for H → bb̄; jets apart from those on which the AUC is to be
 *   quoted
 * @throws ConfigError for a negative loss, and as `deltaAuc`
 */
export async function reduceModel(
  network: Network,
  theta: Float64Array,
  inputs: JetInputs,
  positive: ArrayLike<boolean | number>,
  options: ReduceModelOptions = {},
): Promise<ReducedModel> {
  takes("reduceModel", {
    positive: [positive, some],
    options: [options, record({ loss: optional(nonNegative), weights: optional(numbers()) })],
  });
  const { loss = 0.001, weights, jobs, signal, onDone } = options;
  return longRun("reduceModel", { signal, onDone }, (run) => {
    const shared = (words: string): ParallelOptions => ({
      jobs,
      ...run.part(words),
      ...(onDone && { onDone }),
    });
    const jets = { inputs, positive, weights };
    return reduced(network, theta, jets, loss, shared, run);
  });
}

interface Jets {
  readonly inputs: JetInputs;
  readonly positive: ArrayLike<boolean | number>;
  readonly weights: ArrayLike<number> | undefined;
}

async function reduced(
  network: Network,
  theta: Float64Array,
  { inputs, positive, weights }: Jets,
  loss: number,
  shared: (words: string) => ParallelOptions,
  run: LongRun,
): Promise<ReducedModel> {
  const masked = await deltaAuc(network, theta, inputs, positive, {
    ...shared("ΔAUC"),
    space: "read",
    weights,
  });
  const aucOf = ({ network: own, theta: parameters, layout }: ReducedNetwork): number =>
    auc(scores(own, parameters, selectFeatures(inputs, layout.features)), positive, weights);
  const good = (reduced: ReducedNetwork): boolean => aucOf(reduced) >= masked.auc - loss;

  // Dropping features only counts as a whole: redundant ones are useless one by one
  const worst = [...masked.rows].sort((a, b) => a.deltaAuc - b.deltaAuc).map(({ name }) => name);
  const without = (count: number): ReducedNetwork | undefined => {
    const dropped = new Set(worst.slice(0, count));
    const left = (names: readonly string[]): string[] => names.filter((name) => !dropped.has(name));
    const features: JetFeatures = {
      tracks: left(inputs.layout.features.tracks),
      vertices: left(inputs.layout.features.vertices),
    };
    if (features.tracks.length === 0 || features.vertices.length === 0) return undefined;
    return reducedNetwork(network, theta, inputs.layout, { features });
  };
  const fewer = (await most(worst.length, without, good, run))!;

  const read = selectFeatures(inputs, fewer.layout.features);
  const labels = Int32Array.from({ length: positive.length }, (_, n) => (positive[n] ? 1 : 0));
  const activity = await relativeNeuralActivity(
    fewer.network,
    fewer.theta,
    read.x,
    labels,
    shared("activities"),
  );
  const quietest = activity
    .flatMap(({ activity: [first, second] }, layer) =>
      Array.from(first, (value, node) => ({ layer, node, value: Math.max(value, second[node]) })),
    )
    .sort((a, b) => a.value - b.value);
  const narrower = (count: number): ReducedNetwork | undefined => {
    const dropped = new Set(quietest.slice(0, count).map(({ layer, node }) => `${layer} ${node}`));
    const nodes = activity.map(({ activity: [own] }, layer) =>
      Array.from(own.keys()).filter((node) => !dropped.has(`${layer} ${node}`)),
    );
    return nodes.some((list) => list.length === 0)
      ? undefined
      : reducedNetwork(fewer.network, fewer.theta, fewer.layout, { nodes });
  };
  const smallest = (await most(quietest.length, narrower, good, run))!;
  const after = scores(smallest.network, smallest.theta, read);
  const kept = {
    auc: auc(after, positive, weights),
    aucBefore: masked.auc,
    fidelity: fidelity(after, masked.scores, weights),
  };
  return { ...smallest, features: fewer.features, ...kept };
}

/**
 * The model with most taken away that is still good, by bisection: it takes for granted that with
 * more taken away none is better.
 */
async function most(
  limit: number,
  make: (count: number) => ReducedNetwork | undefined,
  good: (reduced: ReducedNetwork) => boolean,
  run: LongRun,
): Promise<ReducedNetwork | undefined> {
  let [low, high] = [0, limit + 1];
  let best = make(0);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    await run.pause();
    const candidate = make(middle);
    if (candidate && good(candidate)) [low, best] = [middle, candidate];
    else high = middle;
  }
  return best;
}
