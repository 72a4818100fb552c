// Which parts are computed at once: what fits into half a minute, unless all or none was asked for.
import type { PartEstimate } from "phaselens/internal/report/answers/document";

/** Parts after the predictions, in their order. */
export const PARTS = [
  ["training", "training points: curvature, influence, uncertainty, extrapolation"],
  ["labels", "labels to check"],
  ["byClass", "relevance by class"],
  ["groups", "features that go together"],
  ["faithfulness", "whether relevance is faithful"],
  ["audit", "audit of influence"],
] as const;
export type Part = (typeof PARTS)[number][0];

/** Which parts were asked for: the form has them as `parts`. */
export type AskedParts = "quick" | "all" | "none" | readonly Part[];

/** Seconds after which nothing more is begun that was not asked for. */
export const PATIENCE = 30;

/** Labels and audit rest on what is known of the training points. */
const ON_TRAINING: readonly Part[] = ["labels", "audit"];

/**
 * The parts that are to be computed, in their order. Of "quick", those that fit one after the other
 * into the time there is: what takes too long is left out, and what rests on it.
 * @param left  seconds
 */
export function chosenParts(
  asked: AskedParts,
  estimates: readonly PartEstimate[],
  left: number = PATIENCE,
): Part[] {
  const names = PARTS.map(([part]) => part);
  if (asked === "all") return names;
  if (asked === "none") return [];
  if (asked !== "quick") return names.filter((part) => asked.includes(part));
  const without = new Set<Part>();
  let rest = left;
  return names.filter((part) => {
    const seconds = secondsOf(estimates, part);
    const blocked = ON_TRAINING.includes(part) && without.has("training");
    if (blocked || seconds > rest) return (without.add(part), false);
    rest -= seconds;
    return true;
  });
}

/** Of a part that nothing is said about: nothing. */
export const secondsOf = (estimates: readonly PartEstimate[], part: string): number =>
  estimates.find((estimate) => estimate.part === part)?.seconds ?? 0;
