import { ConfigError } from "../../core/errors.js";
import type { StudySet, StudySpec } from "../../hessian/study/studyFormat.js";
import { MOST_PIECES } from "../pieces.js";
import type { StudyManifest } from "./studyManifest.js";

/** A θ to be made: what its file says of it but for the problem, which has to be read first. */
export type PlannedStudy = Omit<StudySpec, "problem">;

/**
 * The pieces of a study, set after set, a function of the manifest alone.
 * @throws ConfigError for more than can be listed, or seeds beyond 2^53
 */
export function planStudy(manifest: StudyManifest, source: string = manifest.name): PlannedStudy[] {
  const { seed, removals, bootstraps, seeds, training, problem } = manifest;
  const groups = removals ? (removals.points ?? removals.groups!.length) : 0;
  const wanted =
    groups * (removals?.retrain ? 2 : 1) + (bootstraps?.count ?? 0) + (seeds?.count ?? 0);
  if (wanted > MOST_PIECES) {
    throw new ConfigError(
      `${source}: asks for ${wanted} pieces, at most ${MOST_PIECES} go into one manifest. Split it into several.`,
      { source, wanted },
    );
  }
  const first = seeds?.first ?? seed;
  if (seeds && !Number.isSafeInteger(first + seeds.count)) {
    throw new ConfigError(
      `${source}: seeds go from ${first} to ${first + seeds.count - 1}, beyond 2^53. Begin lower.`,
      { source },
    );
  }
  const set = (
    name: StudySet,
    count: number,
    settings: StudySpec["settings"] | ((index: number) => StudySpec["settings"]),
    seedOf: (index: number) => number = () => seed,
  ): PlannedStudy[] =>
    Array.from({ length: count }, (_, index) => ({
      set: name,
      index,
      of: count,
      seed: seedOf(index),
      settings: typeof settings === "function" ? settings(index) : settings,
    }));
  const drawn = (index: number): StudySpec["settings"] => ({
    points: removals?.points,
    draw: removals?.groups ? undefined : (removals?.draw ?? "self-influence"),
    rows: removals?.groups?.[index],
    // what decides which points those are, and how far they move
    damping: problem.damping,
    curvature: problem.curvature,
    headAfter: problem["head-after"],
  });
  return [
    ...set("removals", groups, drawn),
    ...(removals?.retrain
      ? set("retrainings", groups, (index) => ({ ...drawn(index), training }))
      : []),
    ...(bootstraps
      ? set("bootstraps", bootstraps.count, {
          start: bootstraps.start ?? "original",
          epochs: bootstraps.epochs,
          training,
        })
      : []),
    ...(seeds ? set("seeds", seeds.count, { training }, (index) => first + index) : []),
  ];
}
