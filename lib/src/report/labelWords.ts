import type { LossOutput } from "../nn/losses/loss.js";
import type { PointFacts } from "./explanationReport.js";
import { readable } from "./number.js";

type Classes = readonly string[] | undefined;

const named = (classes: Classes, label: number): string => classes?.[label] ?? String(label);
const percent = (p: number): string => `${(100 * p).toFixed(1)}\u00a0%`;
const numbers = (list: readonly number[]): string =>
  list.map((value) => readable(value, 4)).join(", ");

/**
 * A prediction with its probability: the class, the answer, all that are answered yes, or the
 * values.
 */
export function predictionWords(
  classes: Classes,
  { predicted, probability, output }: Pick<PointFacts, "predicted" | "probability" | "output">,
): string {
  if (predicted === undefined || !probability) return numbers(output);
  if (typeof predicted !== "number") {
    const yes = predicted.flatMap((answer, k) =>
      answer === 1 ? [`${named(classes, k)} (${percent(probability[k])})`] : [],
    );
    return yes.length > 0 ? yes.join(", ") : "none";
  }
  const p =
    probability.length > 1
      ? probability[predicted]
      : predicted === 1
        ? probability[0]
        : 1 - probability[0];
  return `${named(classes, predicted)} (${percent(p)})`;
}

/** A target in the same words; what is no label, such as a share of .3, stays a number. */
export function targetWords(
  classes: Classes,
  output: LossOutput,
  target: readonly number[],
): string {
  const plain = target.every((t) => t === 0 || t === 1);
  const ones = target.flatMap((t, k) => (t === 1 ? [k] : []));
  if (output === "linear" || !plain || (output === "softmax" && ones.length !== 1))
    return numbers(target);
  if (target.length === 1) return named(classes, target[0]);
  return ones.length > 0 ? ones.map((k) => named(classes, k)).join(", ") : "none";
}
