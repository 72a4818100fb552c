// The scores that are compared, each high where a prediction should not be trusted.
import { core, hessian, linalg, nn } from "phaselens";

/**
 * m of the extrapolation scores: 12 as in Fig. 5 of Dawid et al. 2021; beside it 0, the length of
 * the gradient itself, and 51.
 */
const DETERMINED = { "": 12, ", m = 0": 0, ", m = 51": 51 };
const BOOTSTRAPS = 50;
/** Of the mean variance of a feature, on the diagonal of their covariance. */
const RIDGE = 1e-6;

/**
 * Scores of states that need one network only, and the probability of class 1.
 * @param problem  { network, theta, training, risk }
 * @param x  states, [n, …]
 * @returns  for each name [n]
 */
export async function scoresOf({ network, theta, training, risk }, x, seed) {
  const published = { ...risk, convention: "dawid2021" };
  const H = hessian.exactHessian(network, theta, training, risk);
  const eigen = hessian.spectrum(H);
  const outputs = nn.predict(network, theta, x);
  const test = { x, target: core.oneHot(nn.predictedLabels(outputs), 2) };
  const { uncertainty } = await hessian.resamplingUncertainty(
    network,
    theta,
    {
      hessian: H,
      trainGradients: nn.perSampleGradients(network, theta, training, published),
      test,
      loss: risk.loss,
    },
    {
      rng: core.makeRng(seed, "resampling"),
      bootstraps: BOOTSTRAPS,
      damping: Math.max(0, -eigen.values[0]) + 1.01, // as the paper has it
      jobs: 1,
    },
  );
  const gradients = hessian.testGradients(network, theta, test, published);
  const margins = hessian.predictionGradients(network, theta, x);
  return {
    ...extrapolations("LEES of the loss", eigen, gradients),
    ...extrapolations("LEES of the margin", eigen, margins),
    RUE: uncertainty,
    Mahalanobis: mahalanobis({ network, theta, training }, x),
    softmax: hessian.testLosses(network, theta, test, risk),
    probability: probabilities(outputs),
  };
}

const extrapolations = (name, eigen, gradients) =>
  Object.fromEntries(
    Object.entries(DETERMINED).map(([suffix, m]) => [
      name + suffix,
      hessian.extrapolationScore(eigen, gradients, m),
    ]),
  );

const probabilities = ({ data, shape: [n] }) =>
  Float64Array.from({ length: n }, (_, s) => 1 / (1 + Math.exp(data[2 * s] - data[2 * s + 1])));

/**
 * How far networks disagree: the variance of their probabilities of class 1.
 * @param members  probabilities of each network, [n] each
 */
export const disagreement = (members) =>
  members[0].map((_, s) => core.variance(members.map((own) => own[s])));

/**
 * Squared Mahalanobis distance to the nearest class mean in what the last layer reads, with one
 * covariance for both classes (Lee et al. 2018) and a ridge of 1e-6 of its mean variance.
 */
export function mahalanobis({ network, theta, training }, x) {
  const after = network.nodes.length - 2;
  const features = (states) => nn.head(network, theta, states, { after }).x;
  return distances(features(training.x), core.labelsOf(training), features(x));
}

/** The same of given features [n, d], [m, d]. */
export function distances(known, labels, tested) {
  const [n, d] = known.shape;
  const rowsOf = (label) => [...labels.keys()].filter((s) => labels[s] === label);
  const means = [0, 1].map((label) => meanOf(known, rowsOf(label)));
  const covariance = core.tensor([d, d]);
  for (let s = 0; s < n; s++) {
    const from = core.row(known, s).map((value, i) => value - means[labels[s]][i]);
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) covariance.data[i * d + j] += (from[i] * from[j]) / n;
  }
  let trace = 0;
  for (let i = 0; i < d; i++) trace += covariance.data[i * d + i];
  for (let i = 0; i < d; i++) covariance.data[i * d + i] += (RIDGE * trace) / d;
  const factor = linalg.cholesky(covariance);
  return Float64Array.from({ length: tested.shape[0] }, (_, s) =>
    Math.min(
      ...means.map((mean) => {
        const from = core.row(tested, s).map((value, i) => value - mean[i]);
        return core.dot(from, factor.solve(from));
      }),
    ),
  );
}

function meanOf(values, rows) {
  const sum = new Float64Array(values.shape[1]);
  for (const s of rows) core.row(values, s).forEach((value, i) => (sum[i] += value / rows.length));
  return sum;
}

/** Euclidean distance of each input to the nearest training input: asks no network. */
export function nearestInput(training, x) {
  return Float64Array.from({ length: x.shape[0] }, (_, s) => {
    const own = core.row(x, s);
    let least = Infinity;
    for (let r = 0; r < training.shape[0]; r++) {
      const other = core.row(training, r);
      let sum = 0;
      for (let i = 0; i < own.length && sum < least; i++) sum += (own[i] - other[i]) ** 2;
      least = Math.min(least, sum);
    }
    return Math.sqrt(least);
  });
}
