// Ensembles trained on clean chains, asked about disordered ones.
import { core, nn } from "phaselens";
import { MEMBERS } from "./chainNetworks.mjs";
import { rank, separation } from "./marks.mjs";
import { disagreement, nearestInput, scoresOf } from "./scores.mjs";
import { samples } from "./ssh.mjs";

const CELLS = 24;
const CHAINS = 60;
/** Widths W of the box that hoppings are drawn from, at √(t₁² + t₂²) = 1. */
export const widths = [0, 0.5, 1, 1.5, 2, 2.5, 3, 4];
const risk = { loss: nn.softmaxCrossEntropy, l2: 5e-5 };

const sshNetwork = () =>
  nn.sequential(
    [
      nn.conv1d(CELLS, 6, 3),
      nn.relu(),
      nn.conv1d(6, 8, 3),
      nn.relu(),
      nn.globalAveragePool(),
      nn.dense(8, 2),
    ],
    "sshCnn",
  );

let made;
/** 400 clean chains at angles in (0, π/2), and 60 at random angles for each width; made once. */
export function sshData() {
  made ??= makeData();
  return made;
}

function makeData() {
  const rng = core.makeRng(1, "ssh");
  const clean = Array.from({ length: 400 }, (_, k) => ({
    angle: ((k + 0.5) / 400) * (Math.PI / 2),
    width: 0,
  }));
  const angles = rng.fork("angles");
  const disordered = widths.flatMap((width) =>
    Array.from({ length: CHAINS }, () => ({ angle: (angles.uniform() * Math.PI) / 2, width })),
  );
  const training = samples(CELLS, clean, rng.fork("clean"));
  const test = samples(CELLS, disordered, rng.fork("disordered"));
  return { training, test, nearest: nearestInput(training.x, test.x) };
}

const byWidth = (values) =>
  widths.map((_, w) => core.mean(values.slice(w * CHAINS, (w + 1) * CHAINS)));

/** How often the real-space winding number rounds to that of the twisted ring, for each width. */
export const agreement = () => {
  const { local, label } = sshData().test;
  return byWidth(Array.from(local, (value, k) => Number(Math.round(value) === label[k])));
};

/** AUC of a score for wrong predictions; null where fewer than five are wrong or right. */
function wrongOf(values, right) {
  const [wrong, rightly] = [0, 1].map((one) => values.filter((_, k) => right[k] === one));
  return Math.min(wrong.length, rightly.length) < 5 ? null : separation(rightly, wrong);
}

/**
 * What one score says: its mean at each width, its rank correlation with accuracy over widths, its
 * AUC for wrong predictions among all, and the mean of that at each one width, where the width
 * itself tells nothing.
 */
function verdictOf(values, right, accuracy) {
  const means = byWidth(values);
  const piece = (all, w) => all.slice(w * CHAINS, (w + 1) * CHAINS);
  const within = widths
    .map((_, w) => wrongOf(piece(values, w), piece(right, w)))
    .filter((auc) => auc !== null);
  return {
    means,
    rho: rank(means, accuracy),
    wrong: wrongOf(values, right),
    wrongWithin: within.length > 0 ? core.mean(within) : null,
  };
}

const rightOf = (probability, { label }) =>
  Array.from(probability, (p, k) => Number(Number(p > 0.5) === label[k]));

async function member(seed, { training, test }) {
  const started = process.cpuUsage();
  const network = sshNetwork();
  const { theta } = nn.train(network, training, {
    ...risk,
    epochs: 100,
    batchSize: 50,
    optimiser: nn.adam({ learningRate: 3e-3 }),
    checkEvery: 5,
    stopAt: 0.1,
    rng: core.makeRng(seed, network.name),
  });
  const { probability, ...scores } = await scoresOf(
    { network, theta, training, risk },
    test.x,
    seed,
  );
  const right = rightOf(probability, test);
  const accuracy = byWidth(right);
  const verdicts = Object.entries(scores).map(([name, values]) => [
    name,
    verdictOf(values, right, accuracy),
  ]);
  const crossEntropy = nn.risk(network, theta, training, { loss: risk.loss });
  const seconds = process.cpuUsage(started).user / 1e6;
  return {
    probability,
    network: { seed, crossEntropy, accuracy, seconds, scores: Object.fromEntries(verdicts) },
    distance: (nearest) => verdictOf(nearest, right, accuracy),
  };
}

/** An ensemble of five; its prediction is that of the mean probability. */
export async function sshMeasured({ seed }) {
  const data = sshData();
  const members = [];
  for (let k = 1; k <= MEMBERS; k++) members.push(await member(MEMBERS * (seed - 1) + k, data));
  const probabilities = members.map(({ probability }) => probability);
  const mean = probabilities[0].map((_, s) => core.mean(probabilities.map((own) => own[s])));
  const right = rightOf(mean, data.test);
  const accuracy = byWidth(right);
  return {
    widths,
    agreement: agreement(),
    members: members.map(({ network, distance }) => ({
      ...network,
      scores: { ...network.scores, "nearest input": distance(data.nearest) },
    })),
    ensemble: { accuracy, ...verdictOf(disagreement(probabilities), right, accuracy) },
  };
}
