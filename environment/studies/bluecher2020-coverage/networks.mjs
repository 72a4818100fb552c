// A perceptron as that of Fig. 4, narrower, and the relevance of its observables.
import { core, lrp, nn, papers } from "phaselens";
import { mlpTraining } from "phaselens/internal/papers/bluecher2020/training";
import { couplings, names } from "./data.mjs";

const bins = nn.labelBins(couplings);
const groups = papers.bluecher2020.observableGroups(names);
export const observed = groups.map(({ name }) => name);
const { options } = mlpTraining({ lasso: 1e-4, steps: 300 });

/** Table II with 64 and 32 instead of 256 and 128 units. */
const network = nn.sequential(
  [
    ...[nn.dense(names.length, 64), nn.relu(), nn.dense(64, 32), nn.relu()],
    ...[nn.dense(32, couplings.length), nn.leakyRelu(0.01)],
  ],
  "narrowMlp",
);

export function trained({ x, kappa }, rng) {
  const target = nn.binTargets(kappa, bins, { normalised: false });
  // five epochs, the default, are 50 steps here: slow is not stuck
  return nn.train(network, { x, target }, { ...options, rng, stuck: { patience: 20 } }).theta;
}

/** Relevances of |M|, |M_s|, G_c(0) and all later slices, one table [n, 4] for each coupling. */
export function relevances(theta, { x, each }) {
  const { at } = lrp.relevance(network, theta, x, papers.bluecher2020.tableII);
  const rows = papers.bluecher2020.groupedColumns(at[0], groups);
  const width = groups.length;
  return Array.from({ length: rows.shape[0] / each }, (_, c) =>
    core.tensor([each, width], rows.data.slice(c * each * width, (c + 1) * each * width)),
  );
}

/** Root mean square errors of κ, by phase. */
export const errorsOf = (theta, { x, kappa }) =>
  papers.bluecher2020.phaseErrors(kappa, nn.predictedValues(nn.predict(network, theta, x), bins));
