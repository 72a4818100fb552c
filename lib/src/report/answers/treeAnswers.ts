import { longRun, type LongRun } from "../../core/tasks/longRun.js";
import { mean } from "../../core/statistics/statistics.js";
import { row, takeRows, type Tensor } from "../../core/tensor.js";
import { aboutSeconds } from "../../hessian/curvature/estimate.js";
import { margins } from "../../forest/ensemble/margins.js";
import { featureGroups } from "../trees/featureGroups.js";
import { permutedGroups } from "../trees/permutedGroups.js";
import { GROUPED } from "../trees/treeExplanation.js";
import { treeScore } from "../trees/treeScore.js";
import { lossWords, outputWords, treeLosses } from "../trees/treeTask.js";
import type { Answers } from "./answersOf.js";
import {
  SCHEMA,
  type AnswersDocument,
  type ClassRelevance,
  type GroupsAnswer,
  type InputValues,
  type LabelsAnswer,
  type PartEstimate,
  type RelevanceAnswer,
  type RowAnswer,
  type RowDetails,
} from "./document.js";
import { aboutBytes } from "./estimates.js";
import { GROUP_POINTS, GROUP_WORDS, PERMUTATIONS } from "./groupsAnswer.js";
import { keeping } from "./keeping.js";
import { labelsListed } from "./labelsAnswer.js";
import { orderOf } from "./order.js";
import { plain } from "./plain.js";
import { predictionAnswer, targetAnswer } from "./predictionAnswer.js";
import type { TreesQuestion } from "./question.js";
import { treeChange } from "./treeChange.js";
import { sampledPlaces, treeContext, treeContributions, type TreeContext } from "./treeContext.js";
import { treeFaithfulness } from "./treeFaithfulness.js";
import { evenly } from "./trust.js";
import { namedGroups, type Unit } from "./units.js";
import { wholePart } from "./wholePart.js";

const LEAST_SURE = 20;
/** Entries that are listed. */
const LISTED = 12;

/**
 * What can be asked of boosted trees and forests, as `networkAnswers` of networks. There are no
 * training points here: `training` adds nothing, and labels are checked by their losses.
 * @throws ConfigError for a question that does not fit together
 */
export function treeAnswers(question: TreesQuestion): Answers {
  const context = treeContext(question);
  if (question.groups) namedGroups(unitsOf(question.features), question.groups); // before the work
  const kept = keeping(() => startOfDocument(context));
  const rows = kept.part((): Promise<RowAnswer[]> => {
    const found = rowsOf(context);
    kept.write({ rows: found, order: orderOf(found, "wrong") });
    const { ensemble, task, target } = question;
    kept.whole({
      ...(target && { score: treeScore(ensemble, task, context.outputs, target) }),
      ...(found.some(({ sure }) => sure !== undefined) && {
        leastSure: orderOf(found, "unsure").slice(0, LEAST_SURE),
      }),
    });
    return Promise.resolve(found);
  });
  const sampled = kept.part((run) =>
    treeContributions(context, sampledPlaces(context), run.signal, (d, t) => run.tick(d, t)),
  );
  const detailed = async (place: number, run: LongRun): Promise<RowDetails> => {
    await rows(run);
    const known = kept.detail(place, false);
    if (known) return known;
    kept.addDetail(place, plain(await detailsOf(context, place, run)));
    return kept.detail(place, false)!;
  };
  const whole = wholePart(kept);
  return {
    get document(): AnswersDocument {
      return kept.document();
    },
    estimates() {
      const estimates = estimatesOf(context);
      kept.write({ estimates });
      return estimates;
    },
    rows: (options = {}) => longRun("answers", options, rows),
    training: (options = {}) => longRun("answers", options, rows),
    row: (place, options = {}) => longRun("answers", options, (run) => detailed(place, run)),
    labels: whole("labels", "Without targets there are no labels to check.", async (run) =>
      labelsOf(context, await rows(run)),
    ),
    byClass: whole("byClass", "Values have no classes to sort contributions by.", async (run) =>
      byClassOf(context, await rows(run), (await sampled(run)).phi),
    ),
    groups: whole("groups", "Without targets no score can fall.", async (run) =>
      groupsOf(context, (await sampled(run)).phi),
    ),
    faithfulness: whole("faithfulness", "", async (run) =>
      treeFaithfulness(context, sampledPlaces(context), (await sampled(run)).phi, run),
    ),
    audit: whole(
      "audit",
      "Trees have no gradients with respect to parameters, so there is no influence to audit.",
      () => Promise.resolve(undefined),
    ),
  };
}

function startOfDocument({ question, n }: TreeContext): AnswersDocument {
  const { title, name, format, features, ensemble, task, method, classes, notes = [] } = question;
  return {
    schema: SCHEMA,
    title,
    model: {
      kind: "trees",
      name,
      format,
      trees: ensemble.members.length,
      inputs: [{ name: "input", shape: [ensemble.features], look: "bars", names: features }],
      output: outputWords[task],
      outputs: ensemble.outputs,
      loss: lossWords(ensemble, task),
    },
    method: {
      name: method.name,
      words: method.words,
      equation: method.equation,
      reference: method.reference,
      space: "In units of the margin.",
      start: question.outputName,
      units: "margin",
    },
    ...(classes && { classes }),
    points: n,
    estimates: [],
    rows: [],
    order: [],
    details: [],
    whole: {},
    notes,
  };
}

function rowsOf({ question, n, outputs, predictions, row: rowOf }: TreeContext): RowAnswer[] {
  const { classes, task, target, ensemble } = question;
  const losses = target && treeLosses(ensemble, task, outputs, target);
  return Array.from({ length: n }, (_, s): RowAnswer => {
    const { predicted } = predictions[s];
    const output = Array.from(row(outputs.response, s));
    return {
      row: rowOf(s),
      ...predictionAnswer(classes, predictions[s], output),
      ...(target && targetAnswer(classes, outputWords[task], target, s, predicted)),
      ...(losses && { loss: losses[s] }),
    };
  });
}

const inputOf = ({ question: { x } }: TreeContext, place: number): InputValues[] => [
  { name: "input", shape: x.shape.slice(1), values: Array.from(row(x, place)) },
];

async function detailsOf(context: TreeContext, place: number, run: LongRun): Promise<RowDetails> {
  const { row: rowOf } = context;
  const found = await treeContributions(context, [place], run.signal, () => {});
  const residual = residualOf(context);
  return {
    row: rowOf(place),
    input: inputOf(context, place),
    relevance: relevanceOf(context, place, found.bias, row(found.phi, 0)),
    change: treeChange(context, place, residual),
  };
}

function relevanceOf(
  { question, outputs }: TreeContext,
  place: number,
  bias: number,
  phi: Float64Array,
): RelevanceAnswer {
  const { ensemble, output, outputName, features, x } = question;
  const explained = outputs.margin.data[place * ensemble.outputs + output];
  const sum = phi.reduce((own, value) => own + value, 0);
  const other = explained - sum - bias;
  const order = Array.from(phi.keys()).sort((a, b) => Math.abs(phi[b]) - Math.abs(phi[a]) || a - b);
  const rounding = 1e-9 * (Math.abs(explained) + Math.abs(sum) + Math.abs(bias));
  return {
    explained,
    explainedWords: outputName,
    byInput: [{ name: "input", shape: [phi.length], values: Array.from(phi) }],
    sum,
    rest: [
      { name: "baseline", words: "the mean prediction, before anything is known", value: bias },
      ...(Math.abs(other) > rounding
        ? [{ name: "other" as const, words: "rounding", value: other }]
        : []),
    ],
    conservation: [],
    top: order
      .filter((k) => phi[k] !== 0)
      .slice(0, LISTED)
      .map((k) => ({
        name: features[k],
        input: "input",
        index: k,
        value: row(x, place)[k],
        relevance: phi[k],
      })),
  };
}

/** Root mean square residual of the explained output, or its spread; undefined of classes. */
function residualOf({ question, outputs, n }: TreeContext): number | undefined {
  const { task, target, ensemble, output } = question;
  if (task !== "values") return undefined;
  const of = (data: Float64Array): number[] =>
    Array.from({ length: n }, (_, s) => data[s * ensemble.outputs + output]);
  const own = of(outputs.response.data);
  const wanted = target ? of(target.data) : new Array<number>(n).fill(mean(own));
  return Math.sqrt(mean(own.map((value, s) => (value - wanted[s]) ** 2)));
}

/** The points of the largest loss. */
function labelsOf(context: TreeContext, rows: readonly RowAnswer[]): LabelsAnswer | undefined {
  if (!context.question.target) return undefined;
  const order = orderOf(rows, "loss");
  return {
    by: "loss",
    words:
      "Points of the largest loss: labels that the trees hold against. Points that they were grown with count less here, since trees come to know them.",
    of: "points",
    checked: rows.length,
    rows: order.slice(0, labelsListed(rows.length)).map((place) => {
      const { target: _target, loss, targetLabel, ...known } = rows[place];
      const own = { score: loss!, loss: loss!, targetLabel: targetLabel! };
      return { ...known, ...own, input: inputOf(context, place) };
    }),
  };
}

function byClassOf(
  context: TreeContext,
  rows: readonly RowAnswer[],
  phi: Tensor,
): ClassRelevance[] | undefined {
  if (context.question.task === "values") return undefined;
  const [, features] = phi.shape;
  const labels = sampledPlaces(context).map(
    (place) => rows[place].targetLabel ?? rows[place].label,
  );
  return [...new Set(labels)].sort().map((label) => {
    const own = Array.from(labels.keys()).filter((s) => labels[s] === label);
    const meanOf = (of: (value: number) => number): InputValues[] => {
      const values = Array.from({ length: features }, (_, k) =>
        own.reduce((sum, s) => sum + of(phi.data[s * features + k]) / own.length, 0),
      );
      return [{ name: "input", shape: [features], values }];
    };
    return { label, points: own.length, mean: meanOf((v) => v), modulus: meanOf(Math.abs) };
  });
}

function groupsOf({ question, n, rng }: TreeContext, phi: Tensor): GroupsAnswer | undefined {
  const { ensemble, task, x, target, features, groups } = question;
  if (!target) return undefined;
  const some = evenly(n, GROUP_POINTS);
  const points = { x: takeRows(x, some), target: takeRows(target, some) };
  const named = groups && namedGroups(unitsOf(features), groups);
  const found = named
    ? named.map(({ units: own }) => ({ features: own, correlation: undefined }))
    : featureGroups(points.x, usedFeatures(phi));
  const { score, losses } = permutedGroups(ensemble, task, points, found, rng.fork("groups"));
  const rows = found.map(({ features: own, correlation }, g) => ({
    name: named?.[g].name ?? own.map((k) => features[k]).join(", "),
    features: own.map((k) => features[k]),
    ...(correlation !== undefined && { correlation }),
    worse: losses[g].change,
    error: losses[g].error,
  }));
  return {
    score: { name: score.name, value: score.value, sign: score.sign },
    words: GROUP_WORDS,
    found: named ? "named" : "correlation",
    groups: rows.sort((a, b) => b.worse - a.worse),
  };
}

const unitsOf = (features: readonly string[]): Unit[] =>
  features.map((name, k) => ({ name, entries: Int32Array.of(k) }));

/** Features with a contribution, the largest first, as many as are grouped. */
function usedFeatures({ shape: [n, features], data }: Tensor): number[] {
  const size = new Float64Array(features);
  for (let p = 0; p < data.length; p++) size[p % features] += Math.abs(data[p]) / n;
  return Array.from(size.keys())
    .filter((k) => size[k] > 0)
    .sort((a, b) => size[b] - size[a] || a - b)
    .slice(0, GROUPED);
}

/** Points of a piece that is timed. */
const PIECE = 64;

function estimatesOf({ question, n }: TreeContext): PartEstimate[] {
  const { ensemble, x, target } = question;
  const count = Math.min(PIECE, n);
  const begun = performance.now();
  margins(ensemble, x.data.subarray(0, count * ensemble.features), count);
  const pass = (performance.now() - begun) / 1000 / count;
  // a prediction walks one path of each tree, Shapley values walk all of them
  const nodes = Math.max(...ensemble.members.map(({ feature }) => feature.length));
  const contribution = Math.min(500, n) * pass * (2 + nodes);
  const part = (name: PartEstimate["part"], seconds: number): PartEstimate => {
    const bytes = 24 * x.data.length;
    return { part: name, seconds, bytes, words: `${aboutSeconds(seconds)}, ${aboutBytes(bytes)}` };
  };
  return [
    part("rows", n * pass),
    ...(target ? [part("labels", 0)] : []),
    part("byClass", contribution),
    part(
      "groups",
      contribution + ensemble.features * PERMUTATIONS * Math.min(n, GROUP_POINTS) * pass,
    ),
    part("faithfulness", contribution + 100 * 3 * 21 * pass),
  ];
}
