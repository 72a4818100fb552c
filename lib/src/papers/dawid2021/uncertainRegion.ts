import { takes } from "../../core/arguments/takes.js";
import { listOf, nonNegative, numbers, positive } from "../../core/arguments/kinds.js";
/** Where RUE stays above a threshold around its maximum, in V₁/J. */
export interface UncertainRegion {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

/**
 * The uncertain region of Fig. 6; its ends by interpolation of log RUE between test points, or the
 * last test point where RUE does not fall below the threshold. Where RUE never exceeds it, the
 * region has no width.
 * @param uncertainty  RUE of the test points, in ascending V₁/J
 * @param threshold    the paper's is 5e-5
 */
export function uncertainRegion(
  uncertainty: ArrayLike<number>,
  interaction: ArrayLike<number>,
  threshold = 5e-5,
): UncertainRegion {
  takes("uncertainRegion", {
    uncertainty: [uncertainty, listOf(nonNegative, 1)],
    threshold: [threshold, positive],
  });
  takes("uncertainRegion", { interaction: [interaction, numbers(1, uncertainty.length)] });
  const last = uncertainty.length - 1;
  let top = 0;
  for (let t = 1; t <= last; t++) if (uncertainty[t] > uncertainty[top]) top = t;
  if (!(uncertainty[top] > threshold)) {
    return { from: interaction[top], to: interaction[top], width: 0 };
  }
  const end = (step: 1 | -1): number => {
    let t = top;
    while (t + step >= 0 && t + step <= last && uncertainty[t + step] > threshold) t += step;
    if (t + step < 0 || t + step > last) return interaction[t];
    const fall = Math.log(uncertainty[t] / uncertainty[t + step]);
    const fraction = Math.log(uncertainty[t] / threshold) / fall;
    return interaction[t] + fraction * (interaction[t + step] - interaction[t]);
  };
  const [from, to] = [end(-1), end(1)];
  return { from, to, width: to - from };
}
