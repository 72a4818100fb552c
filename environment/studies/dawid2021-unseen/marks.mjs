// What a score makes of a scan: whether it tells the unseen phase, and where it raises an alarm.
import { core } from "phaselens";

/** The value below which this share of the numbers lies. */
export function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

/**
 * Where a score first rises above a threshold, by interpolation between the points of a scan; its
 * first point if it lies above, null if none does.
 */
export function crossing(places, values, threshold) {
  const k = values.findIndex((value) => value > threshold);
  if (k < 0) return null;
  if (k === 0) return places[0];
  const part = (threshold - values[k - 1]) / (values[k] - values[k - 1]);
  return places[k - 1] + part * (places[k] - places[k - 1]);
}

/**
 * AUC of a score for states of an unseen phase against those of known phases.
 * @param known, unseen  scores
 */
export function separation(known, unseen) {
  return core.auc(
    [...known, ...unseen],
    [...known, ...unseen].map((_, k) => k >= known.length),
  );
}

/** Spearman correlation, null where one of the two does not vary. */
export function rank(a, b) {
  const varies = (values) => values.some((value) => value !== values[0]);
  return varies(a) && varies(b) ? core.spearman(a, b) : null;
}
