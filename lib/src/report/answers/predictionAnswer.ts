import { row, type Tensor } from "../../core/tensor.js";
import type { LossOutput } from "../../nn/losses/loss.js";
import { predictionWords, targetWords } from "../labelWords.js";
import type { Prediction } from "../predictions.js";
import { readable } from "../number.js";
import type { PredictionAnswer } from "./document.js";

type Classes = readonly string[] | undefined;

/** A prediction in numbers and words. */
export function predictionAnswer(
  classes: Classes,
  { probability, predicted }: Prediction,
  output: readonly number[],
): PredictionAnswer {
  const words = predictionWords(classes, { predicted, probability, output });
  return {
    output,
    ...(probability && { probability }),
    ...(predicted !== undefined && { predicted }),
    label: words.replace(/ \(\d+\.\d\u00a0%\)/g, ""),
    ...(probability && predicted !== undefined && { sure: sureOf(predicted, probability) }),
  };
}

/** Probability of what is predicted; of several answers the smallest. */
function sureOf(predicted: number | readonly number[], probability: readonly number[]): number {
  const ofAnswer = (yes: number, p: number): number => (yes === 1 ? p : 1 - p);
  if (typeof predicted !== "number")
    return Math.min(...predicted.map((yes, k) => ofAnswer(yes, probability[k])));
  return probability.length === 1 ? ofAnswer(predicted, probability[0]) : probability[predicted];
}

/** The label given in words, and whether the prediction is another; shares are not judged. */
export function targetAnswer(
  classes: Classes,
  output: LossOutput,
  target: Tensor,
  t: number,
  predicted: Prediction["predicted"],
): { target: number[]; targetLabel: string; wrong?: boolean } {
  const own = Array.from(row(target, t));
  const words = { target: own, targetLabel: targetWords(classes, output, own) };
  if (predicted === undefined || !own.every((value) => value === 0 || value === 1)) return words;
  if (typeof predicted !== "number")
    return { ...words, wrong: predicted.some((yes, k) => yes !== own[k]) };
  const given = own.length === 1 ? own[0] : own.indexOf(1);
  return { ...words, wrong: given !== predicted };
}

/** "charm (97.2 %)", "1.2, 3.4" */
export const answerWords = ({ label, sure }: PredictionAnswer): string =>
  sure === undefined ? label : `${label} (${readable(100 * sure)}\u00a0%)`;
