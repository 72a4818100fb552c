import type { LongRun } from "../../core/tasks/longRun.js";
import { mean, variance } from "../../core/statistics/statistics.js";
import { takeRows, tensor, type Tensor } from "../../core/tensor.js";
import { losses } from "../../nn/losses/loss.js";
import { featureGroups } from "../trees/featureGroups.js";
import type { GroupAnswer, GroupsAnswer, ScoreAnswer } from "./document.js";
import { outputsOf, type NetworkContext, type Predicted } from "./networkContext.js";
import { scoreOf } from "./score.js";
import { evenly } from "./trust.js";
import { namedGroups, unitsOf, unitTable, type Unit } from "./units.js";

/** Points that are permuted, permutations of each group, features that are grouped. */
export const GROUP_POINTS = 1000;
export const PERMUTATIONS = 5;
const GROUPED = 60;

/** How groups are measured. */
export const GROUP_WORDS =
  "Each group is permuted among the points, all its features together: what they say of each other stays, what they say of the point goes (Breiman 2001; of groups Gregorutti et al. 2015). What other groups say as well is not missed, and a group of no use shows 0.";

/** How much worse the model does without what a group of features says; undefined of images. */
export async function groupsAnswer(
  context: NetworkContext,
  predicted: Predicted,
  run: LongRun,
): Promise<GroupsAnswer | undefined> {
  const { question, n, rng } = context;
  const units = unitsOf(context);
  if (!units) return undefined;
  const some = evenly(n, GROUP_POINTS);
  const x = takeRows(question.points.x, some);
  const target = question.points.target && takeRows(question.points.target, some);
  const plain = takeRows(predicted.outputs, some);
  const scored = (outputs: Tensor): ScoreAnswer =>
    scoreHere(context, predicted, some, outputs, target, plain);
  const { found, groups } = groupsOf(context, x, units);
  const score = scored(plain);
  const permutations = rng.fork("groups");
  const rows: GroupAnswer[] = [];
  const quiet = { ...run, tick: () => {} };
  for (const { name, units: own, correlation } of groups) {
    const entries = own.flatMap((u) => Array.from(units[u].entries));
    const stream = permutations.fork(`group ${own.join(",")}`);
    const changes: number[] = [];
    for (let k = 0; k < PERMUTATIONS; k++) {
      const moved = permuted(x, entries, stream.permutation(some.length));
      const without = scored(await outputsOf(question, moved, quiet));
      changes.push(score.sign * (score.value - without.value));
    }
    rows.push({
      name,
      features: own.map((u) => units[u].name),
      ...(correlation !== undefined && { correlation }),
      worse: mean(changes),
      error: Math.sqrt(variance(changes) / PERMUTATIONS),
    });
    run.tick(rows.length, groups.length, "groups");
  }
  rows.sort((a, b) => b.worse - a.worse);
  return { score, words: GROUP_WORDS, found, groups: rows };
}

/** The score with targets; without, how far the explained output moves. */
function scoreHere(
  { question: { loss } }: NetworkContext,
  { coefficients }: Predicted,
  some: readonly number[],
  outputs: Tensor,
  target: Tensor | undefined,
  plain: Tensor,
): ScoreAnswer {
  if (target)
    return scoreOf(loss.output, loss.name, outputs, target, losses(loss, outputs, target));
  const c = takeRows(coefficients, some);
  const [n, out] = outputs.shape;
  let sum = 0;
  for (let t = 0; t < n; t++) {
    let change = 0;
    for (let k = 0; k < out; k++)
      change += c.data[t * out + k] * (outputs.data[t * out + k] - plain.data[t * out + k]);
    sum += Math.abs(change) / n;
  }
  return { name: "mean |change of the explained output|", value: sum, sign: -1 };
}

interface Grouped {
  readonly name: string;
  readonly units: readonly number[];
  readonly correlation?: number;
}

function groupsOf(
  { question }: NetworkContext,
  x: Tensor,
  units: readonly Unit[],
): { found: GroupsAnswer["found"]; groups: Grouped[] } {
  if (question.groups) return { found: "named", groups: namedGroups(units, question.groups) };
  if (units.length > GROUPED)
    return { found: "single", groups: units.map(({ name }, u) => ({ name, units: [u] })) };
  const groups = featureGroups(
    unitTable(x, units),
    units.map((_, u) => u),
  );
  return {
    found: "correlation",
    groups: groups.map(({ features, correlation }) => ({
      name: features.map((u) => units[u].name).join(", "),
      units: features,
      ...(correlation !== undefined && { correlation }),
    })),
  };
}

function permuted(
  { shape, data }: Tensor,
  entries: readonly number[],
  order: ArrayLike<number>,
): Tensor {
  const width = data.length / shape[0];
  const found = tensor(shape, data.slice());
  for (let t = 0; t < shape[0]; t++)
    for (const e of entries) found.data[t * width + e] = data[order[t] * width + e];
  return found;
}
