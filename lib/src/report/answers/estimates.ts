import {
  aboutSeconds,
  estimatedSeconds,
  workOfAudit,
  workOfInfluence,
} from "../../hessian/curvature/estimate.js";
import { size, takeRows } from "../../core/tensor.js";
import { predict } from "../../nn/losses/risk.js";
import { shapes } from "../../nn/network/network.js";
import { AUDITED, removalsOf } from "./auditAnswer.js";
import type { PartEstimate, PartName } from "./document.js";
import { GROUP_POINTS, PERMUTATIONS } from "./groupsAnswer.js";
import type { NetworkContext } from "./networkContext.js";
import { sampledCount } from "./sampledRelevance.js";
import { choiceOf, probesOf, riskOf } from "./trained.js";
import { unitsOf } from "./units.js";

/** Points of a piece that is timed. */
const PIECE = 16;
/** A relevance in forward passes: forward and back, and more for some rules. */
const RELEVANCE = 4;
/** Points of which orders of entries are tried, and passes for each. */
const FLIPPED = 100 * 3 * 21;

/** What each part will take: a piece of it is timed and extrapolated, on one core. */
export function estimatesOf(context: NetworkContext): PartEstimate[] {
  const { question, n, training } = context;
  const { network, theta } = question.model;
  const sample = question.points.x.shape.slice(1);
  const values = shapes(network, sample).reduce((sum, shape) => sum + size(shape), 0);
  const pass = secondsOfPass(context);
  const sampled = sampledCount(context);
  const held = 8 * question.points.x.data.length;
  const found: PartEstimate[] = [
    part("rows", n * pass, held + 8 * 256 * values),
    part("byClass", RELEVANCE * sampled * pass, 16 * sampled * size(sample)),
    part("faithfulness", (RELEVANCE * sampled + FLIPPED) * pass, 16 * sampled * size(sample)),
  ];
  const units = unitsOf(context)?.length ?? 0;
  if (units > 0) {
    const points = Math.min(n, GROUP_POINTS);
    found.push(part("groups", units * PERMUTATIONS * points * pass, 16 * points * size(sample)));
  }
  if (!training) return found;
  const choice = choiceOf(context, training);
  const [m, P] = [training.x.shape[0], choice.cut?.places.length ?? network.parameterCount];
  const probes = probesOf(choice, network.parameterCount);
  const asked = Math.min(n, 100);
  const work = workOfInfluence(choice.name, m, asked, probes);
  const seconds = (own: typeof work): number =>
    estimatedSeconds(network, theta, training, riskOf(context), own);
  const matrix = choice.name === "exact" || choice.name === "head";
  const bytes = 8 * ((matrix ? 4 * P * P : 40 * P) + Math.min(m * P, 5e7) + (asked + probes) * P);
  const audited = workOfAudit(choice.name, m, AUDITED, removalsOf(choice.name, m), false);
  found.push(
    part("training", seconds(work), bytes),
    part(
      "labels",
      choice.name === "ekfac"
        ? seconds({ ...work, gradients: 1, products: 0, factorings: 0, solves: Math.min(m, 2000) })
        : 0,
      0,
    ),
    part("audit", seconds(audited), bytes),
  );
  return found;
}

/** Seconds of a sample, of the quicker of two passes over a few. */
function secondsOfPass({ question, n }: NetworkContext): number {
  const { network, theta } = question.model;
  const count = Math.min(PIECE, n);
  const x = takeRows(
    question.points.x,
    Array.from({ length: count }, (_, k) => k),
  );
  const times = [0, 1].map(() => {
    const begun = performance.now();
    predict(network, theta, x);
    return (performance.now() - begun) / 1000 / count;
  });
  return Math.min(...times);
}

const part = (name: PartName, seconds: number, bytes: number): PartEstimate => ({
  part: name,
  seconds,
  bytes,
  words: `${aboutSeconds(seconds)}, ${aboutBytes(bytes)}`,
});

/** "less than 10 MB", "about 400 MB", "about 1.5 GB" */
export function aboutBytes(bytes: number): string {
  const megabytes = bytes / 1e6;
  if (megabytes < 10) return "less than 10 MB";
  if (megabytes < 1000) return `about ${Math.ceil(megabytes / 10) * 10} MB`;
  return `about ${(megabytes / 1000).toFixed(1)} GB`;
}
