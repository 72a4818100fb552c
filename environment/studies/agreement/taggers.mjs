// Five architectures, trained on the same jets.
import { core, forest, nn, papers, taggers } from "phaselens";
import { SLOTS } from "./jets.mjs";

const sets = { tracks: [30, SLOTS], vertices: [14, 5] };
const { neubauer2022 } = papers;

/** As in the notebook of each, in the order of what they cost. */
const networks = {
  "deep set": () => nn.deepSets({ sets, each: [32, 16], after: [16] }),
  transformer: () =>
    nn.transformerEncoder({ sets, width: 16, heads: 2, layers: 2, feedForward: 16, after: [16] }),
  ParticleNet: () =>
    nn.particleNet({ sets, neighbours: 4, blocks: [[16], [16]], embedding: 16, after: [16] }),
  "interaction network": () =>
    taggers.interactionNetwork({ hidden: 16, edge: 8, object: 8, tracks: SLOTS }),
};
const TREES = "boosted trees";
const boosting = { loss: "logistic", rounds: 100, learningRate: 0.1, maxLeaves: 8, bins: 64 };
/** Of the training jets, which ones says the seed: nothing else in boosting is random. */
const PART = 0.8;

/** Of 3000 jets: as many steps as in the notebooks at `quick`, which take 6 of 2000. */
const EPOCHS = 4;

export const networkNames = Object.keys(networks);
export const architectures = [TREES, ...networkNames];
export const isNetwork = (architecture) => architecture !== TREES;

const made = {};
export const networkOf = (architecture) => (made[architecture] ??= networks[architecture]());

/** Jets as this network reads them. */
export const samplesOf = (network, inputs) =>
  network.inputs ? taggers.objectSamples(network, inputs) : inputs.x;

/**
 * Trains a network; jets of weight 0 are left out, with the same initial weights and batches.
 * @param {string} architecture  @param {any} jets  training jets
 * @param {{ seed: number, weights?: Float64Array }} options
 */
export function trainedNetwork(architecture, { inputs, target }, { seed, weights }) {
  const network = networkOf(architecture);
  const data = { x: samplesOf(network, inputs), target, ...(weights && { weights }) };
  return nn.train(network, data, {
    ...neubauer2022.recipes.recipe.options,
    epochs: EPOCHS,
    precision: "float32",
    rng: core.makeRng(seed, network.name),
  }).theta;
}

/** Parameters before training. */
export const untrained = (architecture, seed) => {
  const network = networkOf(architecture);
  return taggers.hiddenBiases()(network, core.makeRng(seed, "untrained"));
};

/** Boosted trees on the summaries of the jets that the seed draws. */
export function grownTrees({ inputs, signal }, { seed, weights }) {
  const { x } = neubauer2022.jetSummaries(inputs);
  const order = Array.from(core.makeRng(seed, "part").permutation(x.shape[0]));
  const rows = order
    .slice(0, Math.round(PART * order.length))
    .filter((n) => weights?.[n] !== 0)
    .sort((a, b) => a - b);
  const target = rows.map((n) => (signal[n] ? 1 : 0));
  return forest.gradientBoosting({ x: core.takeRows(x, rows), target }, boosting);
}

/** A function of jets: the margin z₁ − z₀ of each, above 0 for jets taken for H → bb̄. */
export function marginOf(architecture, model) {
  if (!isNetwork(architecture))
    return (inputs) =>
      forest.predict(model, neubauer2022.jetSummaries(inputs).x, { output: "margin" });
  const network = networkOf(architecture);
  return (inputs) => {
    const { data } = nn.predict(network, model, samplesOf(network, inputs));
    return Float64Array.from({ length: data.length / 2 }, (_, n) => data[2 * n + 1] - data[2 * n]);
  };
}
