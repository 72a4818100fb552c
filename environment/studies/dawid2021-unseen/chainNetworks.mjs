// Ensembles trained on the liquid and on CDW-I, asked about states along V₂.
import { core, nn, papers, physics } from "phaselens";
import { maxima, susceptibility } from "./boundaries.mjs";
import { scan } from "./chain.mjs";
import { crossing, quantile, separation } from "./marks.mjs";
import { disagreement, nearestInput, scoresOf } from "./scores.mjs";

const { dawid2021 } = papers;
const SITES = 12;
/** Networks in an ensemble. */
export const MEMBERS = 5;
/** Share of held-out known states on which a threshold raises no alarm. */
const QUIET = 0.95;
/** V₂/J from 0 to 4. */
const secondInteractions = Array.from({ length: 81 }, (_, k) => k / 20);

/** V₁/J of the scans: one begins in the Luttinger liquid, one in CDW-I. */
export const scans = { liquid: 0.5, wave: 4 };

const soft = dawid2021.recipes.ours;
/** The recipe of `ours` with the cross-entropy at which it stops. */
const stoppedAt = (stopAt) => ({ ...soft, options: { ...soft.options, stopAt } });
export const recipes = { soft: stoppedAt(0.1), hard: stoppedAt(0.01) };

let made;
/** Training and known states, and the scans with their boundaries; made once. */
export function chainData() {
  made ??= makeData();
  return made;
}

function makeData() {
  const [training, validation, even] = ["training", "validation", "even"].map((set) =>
    dawid2021.data({ sites: SITES, set }),
  );
  const scanned = Object.entries(scans).map(([name, interaction]) => {
    const points = scan({ sites: SITES, interaction, secondInteractions });
    const found = maxima(susceptibility(points, SITES));
    return { name, points, leaves: found[0], enters: found[found.length - 1] };
  });
  const rows = scanned.flatMap(({ points }) => points.map(({ state }) => state));
  const states = core.tensor([rows.length, 1, rows[0].length]);
  rows.forEach((state, k) => core.row(states, k).set(state));
  const x = joined([validation.x, even.x, physics.minMaxNormalise(states, training.normalisation)]);
  return { training, even, scanned, x, nearest: nearestInput(training.x, x) };
}

function joined(parts) {
  const n = parts.reduce((sum, { shape }) => sum + shape[0], 0);
  const all = core.tensor([n, ...parts[0].shape.slice(1)]);
  let at = 0;
  for (const { data } of parts) {
    all.data.set(data, at);
    at += data.length;
  }
  return all;
}

/** The scores of all states in pieces: validation, even, each scan. */
function pieces(values) {
  const starts = [0, 200, 250, 250 + secondInteractions.length];
  const [validation, even, ...own] = starts.map((start, k) =>
    values.slice(start, starts[k + 1] ?? values.length),
  );
  return { validation, even, own };
}

/**
 * What one score says of each scan: AUC of the unseen phase (V₂ behind the last boundary) against
 * the even test set and the part of the scan before the first one; the same with what lies between;
 * and where the score passes the threshold of the validation set.
 */
export function verdictsOf(values, { scanned }) {
  const { validation, even, own } = pieces(values);
  const threshold = quantile(validation, QUIET);
  return Object.fromEntries(
    scanned.map(({ name, leaves, enters }, s) => {
      const part = (holds) => own[s].filter((_, k) => holds(secondInteractions[k]));
      const known = [...even, ...part((v) => v < leaves)];
      const verdict = {
        auc: separation(
          known,
          part((v) => v > enters),
        ),
        aucBeyond: separation(
          known,
          part((v) => v > leaves),
        ),
        mark: crossing(secondInteractions, own[s], threshold),
      };
      return [name, verdict];
    }),
  );
}

/** One network of an ensemble and its scores. */
async function member(recipe, seed, data) {
  const network = recipe.network();
  const started = process.cpuUsage();
  const rng = core.makeRng(seed, network.name);
  const { theta } = nn.train(recipe.trainedNetwork(), data.training, { ...recipe.options, rng });
  const problem = { network, theta, training: data.training, risk: recipe.risk };
  const { probability, ...scores } = await scoresOf(problem, data.x, seed);
  const { even } = pieces(probability);
  const right = even.filter((p, k) => Number(p > 0.5) === data.even.label[k]).length;
  return {
    probability,
    network: {
      seed,
      crossEntropy: nn.risk(network, theta, data.training, { loss: recipe.risk.loss }),
      accuracy: right / even.length,
      seconds: process.cpuUsage(started).user / 1e6,
      scores: verdictsOfAll(scores, data),
    },
  };
}

const verdictsOfAll = (scores, data) =>
  Object.fromEntries(
    Object.entries(scores).map(([name, values]) => [name, verdictsOf(values, data)]),
  );

/** An ensemble of five: what each network's scores say, and what their disagreement says. */
export async function chainMeasured({ setting: recipe, seed }) {
  const data = chainData();
  const members = [];
  for (let k = 1; k <= MEMBERS; k++)
    members.push(await member(recipes[recipe], MEMBERS * (seed - 1) + k, data));
  return {
    members: members.map(({ network }) => network),
    ensemble: verdictsOf(disagreement(members.map(({ probability }) => probability)), data),
    nearest: verdictsOf(data.nearest, data),
  };
}
