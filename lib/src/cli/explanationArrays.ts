import { tensor, type Tensor } from "../core/tensor.js";
import type { ExplanationReport } from "../report/explanationReport.js";

/** What was found for each of several inputs, under names that files may have. */
export const arraysByInput = <T>(byInput: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(byInput).map(([name, own]) => [
      `relevance-${name.replace(/[^\w.-]/g, "_")}`,
      own,
    ]),
  );

/** All names that `arraysOf` may give. */
export const ARRAYS = [
  "relevance",
  "output",
  "influence",
  "relatif",
  "uncertainty",
  "uncertainty-error",
  "extrapolation",
] as const;
export type ArrayName = (typeof ARRAYS)[number];

/** What a report found, as arrays of files. */
export function arraysOf({
  relevance,
  explanation: { attribution, training },
}: ExplanationReport): Partial<Record<ArrayName, Tensor>> {
  const list = (values: Float64Array): Tensor => tensor([values.length], values);
  return {
    relevance,
    output: attribution.output,
    ...(training && {
      influence: training.influence,
      ...(training.relatif && { relatif: training.relatif }),
      uncertainty: list(training.uncertainty),
      ...(training.uncertaintyError && { "uncertainty-error": list(training.uncertaintyError) }),
      ...(training.extrapolation && { extrapolation: list(training.extrapolation) }),
    }),
  };
}
