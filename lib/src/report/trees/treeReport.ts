import { row, tensor, type Tensor } from "../../core/tensor.js";
import type { TreeEnsemble } from "../../forest/ensemble/treeEnsemble.js";
import type { Prediction } from "../predictions.js";
import type { Provenance } from "../provenance.js";
import type { TreeExplanation } from "./treeExplanation.js";
import type { TreeMethod } from "./treeMethods.js";
import { lossWords, treePredictions, type TreeTask } from "./treeTask.js";

/** An explanation of trees with everything that a reader has to be told about it. */
export interface TreeReport {
  readonly title: string;
  readonly model: {
    readonly name: string;
    readonly format: string;
    readonly ensemble: TreeEnsemble;
  };
  readonly task: TreeTask;
  readonly method: TreeMethod;
  /** The output that is explained: its number, and its name in words. */
  readonly output: number;
  readonly outputName: string;
  readonly explanation: TreeExplanation;
  /** Points [n, features] in the model's order. */
  readonly x: Tensor;
  readonly target: Tensor | undefined;
  readonly features: readonly string[];
  readonly classes: readonly string[] | undefined;
  readonly backgroundPoints: number | undefined;
  /** Points in the order of reading (default: as they are). */
  readonly reading?: readonly number[];
  readonly notes: readonly string[];
  readonly provenance: Provenance;
}

/** Features of a point that are listed. */
const LISTED = 5;
/** Labels to check that are listed. */
const CHECKED = 10;

/** One explained point: a row of the table, an entry of the JSON. */
export interface TreePoint extends Prediction {
  readonly row: number;
  /** Responses of all outputs, and their margins. */
  readonly output: readonly number[];
  readonly margin: readonly number[];
  readonly target: readonly number[] | undefined;
  /** Σ_i φ_i of the explained output. */
  readonly contributionSum: number;
  readonly loss: number | undefined;
  /** The largest contributions. */
  readonly top: readonly { readonly feature: string; readonly contribution: number }[];
}

export function treePoints({
  model,
  task,
  explanation,
  target,
  features,
}: TreeReport): TreePoint[] {
  const { outputs, phi, losses } = explanation;
  return treePredictions(model.ensemble, task, outputs).map((prediction, s) => {
    const own = phi.subarray(s * features.length, (s + 1) * features.length);
    return {
      row: s,
      output: Array.from(row(outputs.response, s)),
      margin: Array.from(row(outputs.margin, s)),
      ...prediction,
      target: target && Array.from(row(target, s)),
      contributionSum: own.reduce((sum, value) => sum + value, 0),
      loss: losses?.[s],
      top: byModulus(own)
        .slice(0, LISTED)
        .map((k) => ({ feature: features[k], contribution: own[k] })),
    };
  });
}

/** Indices from the largest modulus down. */
export const byModulus = (values: Float64Array): number[] =>
  Array.from(values.keys()).sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b);

/** The points whose loss is largest, the worst first. */
export const labelsToCheck = (points: readonly TreePoint[]): TreePoint[] =>
  points
    .filter(({ loss }) => loss !== undefined && loss > 0)
    .sort((a, b) => b.loss! - a.loss! || a.row - b.row)
    .slice(0, CHECKED);

/** What a program reads: everything but the arrays, which lie beside it as .npy. */
export function treeJson(report: TreeReport, written: readonly string[]): object {
  const { title, model, task, method, features, classes, explanation, notes, provenance } = report;
  const { ensemble, name, format } = model;
  const { importance, order, partners, groups, score } = explanation;
  const named = (list: readonly number[]): string[] => list.map((k) => features[k]);
  const points = treePoints(report);
  return {
    format: "phaselens-tree-explanation",
    version: 1,
    title,
    model: {
      name,
      format,
      trees: ensemble.members.length,
      features: ensemble.features,
      outputs: ensemble.outputs,
      link: ensemble.link,
      predicts: task,
    },
    method: { ...method, backgroundPoints: report.backgroundPoints },
    explained: { output: report.output, name: report.outputName, units: "margin" },
    features,
    classes,
    bias: Array.from(explanation.parts.bias),
    contributions: order.map((k) => ({
      feature: features[k],
      mean: importance[k],
      partner: partners?.[k] && {
        feature: features[partners[k].feature],
        interaction: partners[k].strength,
      },
    })),
    score: score && { name: score.name, value: score.value },
    groups: groups.map(({ features: own, correlation, contribution, loss }) => ({
      features: named(own),
      correlation,
      contribution,
      worse: loss?.change,
      worseError: loss?.error,
    })),
    loss: report.target && lossWords(ensemble, task),
    labelsToCheck: report.target && labelsToCheck(points).map((point) => point.row),
    points,
    notes,
    provenance,
    written,
  };
}

/** Names of all arrays that `treeArrays` may give. */
export const treeArrayNames = ["contributions", "bias", "margin", "response", "loss"] as const;

/** What lies beside the JSON. */
export function treeArrays({
  explanation: { parts, outputs, losses },
}: TreeReport): Partial<Record<(typeof treeArrayNames)[number], Tensor>> {
  return {
    contributions: parts.contributions,
    bias: tensor([parts.bias.length], parts.bias),
    margin: outputs.margin,
    response: outputs.response,
    ...(losses && { loss: tensor([losses.length], losses) }),
  };
}
