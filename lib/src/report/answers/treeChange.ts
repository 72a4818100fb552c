import { tensor } from "../../core/tensor.js";
import { margins } from "../../forest/ensemble/margins.js";
import { ASKS } from "../../forest/ensemble/treeEnsemble.js";
import { readable } from "../number.js";
import { outputsOf, treePredictions } from "../trees/treeTask.js";
import type { ChangeAnswer } from "./document.js";
import { answerWords, predictionAnswer } from "./predictionAnswer.js";
import type { TreeContext } from "./treeContext.js";

/** Thresholds of a feature on each side of its value. */
const NEAREST = 64;

const METHOD =
  "Every threshold that the trees have for a feature, one feature at a time and the nearest 64 on each side, within the range of the data; the smallest step in units of the feature's deviation that is enough.";
const LIMITS =
  "Changes of several features at a time are not looked at, and neither are categories and missing values. The changed point need not be a possible one where features go together.";

interface Candidate {
  readonly feature: number;
  readonly to: number;
  /** In deviations. */
  readonly size: number;
}

/** The smallest change of one feature that gives another class, or moves values by the residual. */
export function treeChange(
  context: TreeContext,
  place: number,
  residual: number | undefined,
): ChangeAnswer {
  const { question, outputs } = context;
  const { ensemble, task, x, features, classes, output } = question;
  const before = context.predictions[place];
  const from = x.data.subarray(place * ensemble.features, (place + 1) * ensemble.features);
  const aim =
    before.predicted === undefined
      ? `a change of the output by ${readable(residual ?? 0)}, the model's residual`
      : "another prediction";
  const facts = { method: METHOD, limits: LIMITS, aim };
  const candidates = candidatesOf(context, from).sort((a, b) => a.size - b.size);
  const moved = tensor([candidates.length, ensemble.features]);
  candidates.forEach(({ feature, to }, k) => {
    moved.data.set(from, k * ensemble.features);
    moved.data[k * ensemble.features + feature] = to;
  });
  const after = outputsOf(ensemble, margins(ensemble, moved.data, candidates.length));
  const predictions = treePredictions(ensemble, task, after);
  const { outputs: width } = ensemble;
  const was = outputs.response.data[place * width + output];
  const first = predictions.findIndex(({ predicted }, k) =>
    before.predicted === undefined
      ? residual !== undefined &&
        residual > 0 &&
        Math.abs(after.response.data[k * width + output] - was) >= residual
      : String(predicted) !== String(before.predicted),
  );
  if (first < 0)
    return {
      ...facts,
      found: false,
      words: "No single feature, within the data's range, changes it.",
      entries: [],
    };
  const { feature, to, size } = candidates[first];
  const own = Array.from(after.response.data.subarray(first * width, (first + 1) * width));
  const prediction = predictionAnswer(classes, predictions[first], own);
  const entry = {
    name: features[feature],
    input: "input",
    index: feature,
    from: from[feature],
    to,
  };
  return {
    ...facts,
    found: true,
    words: `${answerWords(prediction)} if ${entry.name} were ${readable(to)} in place of ${readable(entry.from)}, a step of ${readable(size)} deviations.`,
    size,
    prediction,
    entries: [entry],
  };
}

function candidatesOf(context: TreeContext, from: Float64Array): Candidate[] {
  const { low, high, deviation } = context.spread();
  return thresholdsOf(context).flatMap((all, feature) => {
    const value = from[feature];
    if (Number.isNaN(value) || deviation[feature] === 0) return [];
    const below = all.filter((t) => t < value && t >= low[feature]).slice(-NEAREST);
    const above = all
      .filter((t) => t >= value && above1(t) <= high[feature])
      .slice(0, NEAREST)
      .map(above1);
    return [...below, ...above].map((to) => ({
      feature,
      to,
      size: Math.abs(to - value) / deviation[feature],
    }));
  });
}

/** The next number above, to rounding: what goes right of a threshold. */
const above1 = (t: number): number => t + Math.max(Number.MIN_VALUE, Math.abs(t) * 2.3e-16);

/** Thresholds of each feature, ascending, each once. */
function thresholdsOf({ question: { ensemble } }: TreeContext): number[][] {
  const found = Array.from({ length: ensemble.features }, () => new Set<number>());
  for (const { feature, threshold, asks } of ensemble.members)
    feature.forEach((k, node) => {
      if (k >= 0 && asks[node] !== ASKS.category) found[k].add(threshold[node]);
    });
  return found.map((own) => Array.from(own).sort((a, b) => a - b));
}
