import type { Estimate } from "./estimate.js";
import { power } from "../power.js";

/**
 * Mean and error as they are printed: the error with two digits, the mean with as many places,
 * "0.1234 ± 0.0056". An error of 0 or one that is no number leaves six digits of the mean.
 */
export function describeEstimate({ mean, error }: Pick<Estimate, "mean" | "error">): string {
  const sign = (text: string): string => text.replaceAll("-", "−");
  if (!(error > 0 && Number.isFinite(error)) || !Number.isFinite(mean))
    return `${sign(String(Number(mean.toPrecision(6))))} ± ${error}`;
  const places = 1 - Math.floor(Math.log10(Number(error.toPrecision(2))));
  if (places > 12 || places < -6)
    return `${sign(mean.toExponential(Math.max(0, Math.min(12, places + Math.floor(Math.log10(Math.abs(mean) || error))))))} ± ${sign(error.toExponential(1))}`;
  const round = (value: number): string =>
    places > 0
      ? value.toFixed(places)
      : String(Math.round(value / power(10, -places)) * power(10, -places));
  return `${sign(round(mean))} ± ${round(error)}`;
}
