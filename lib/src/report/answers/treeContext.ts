import { ConfigError } from "../../core/errors.js";
import { makeRng, type Rng } from "../../core/random/rng.js";
import { takeRows, tensor, type Tensor } from "../../core/tensor.js";
import { contributions } from "../../forest/contributions.js";
import { margins } from "../../forest/ensemble/margins.js";
import { shapley } from "../../forest/shapley/shapley.js";
import type { Prediction } from "../predictions.js";
import { outputsOf, treePredictions, type TreeOutputs } from "../trees/treeTask.js";
import { dataSpread, type DataSpread } from "./dataSpread.js";
import type { TreesQuestion } from "./question.js";
import { evenly } from "./trust.js";

/** A question about trees, with what all parts of the answer use. */
export interface TreeContext {
  readonly question: TreesQuestion;
  readonly n: number;
  readonly rng: Rng;
  readonly outputs: TreeOutputs;
  readonly predictions: readonly Prediction[];
  row(place: number): number;
  spread(): DataSpread;
}

/** @throws ConfigError for points that are not rows of features */
export function treeContext(question: TreesQuestion): TreeContext {
  const { ensemble, task, x, seed, rows } = question;
  if (x.shape.length !== 2 || x.shape[1] !== ensemble.features)
    throw new ConfigError(
      `answers: points have shape [${x.shape}], and the trees read ${ensemble.features} features. Give [n, ${ensemble.features}].`,
    );
  const [n] = x.shape;
  const outputs = outputsOf(ensemble, margins(ensemble, x.data, n));
  let spread: DataSpread | undefined;
  return {
    question,
    n,
    rng: makeRng(seed, "explain"),
    outputs,
    predictions: treePredictions(ensemble, task, outputs),
    row: (place) => rows?.[place] ?? place,
    spread: () => (spread ??= dataSpread([x])),
  };
}

/** Contributions of some points to the explained output, [places, features], and the bias. */
export async function treeContributions(
  { question }: TreeContext,
  places: readonly number[],
  signal: AbortSignal,
  onDone: (done: number, total: number) => void,
): Promise<{ bias: number; phi: Tensor }> {
  const { ensemble, method, background, output, x, jobs } = question;
  const rows = takeRows(x, places);
  const found =
    method.name === "saabas"
      ? contributions(ensemble, rows)
      : await shapley(ensemble, rows, { background, jobs, signal, onDone });
  const { features, outputs } = ensemble;
  const phi = tensor([places.length, features]);
  places.forEach((_, s) => {
    const from = (s * outputs + output) * features;
    phi.data.set(found.contributions.data.subarray(from, from + features), s * features);
  });
  return { bias: found.bias[output], phi };
}

/** Points that means over the set are made of. */
const POINTS = 500;

export const sampledPlaces = ({ n }: TreeContext): number[] => evenly(n, POINTS);
