import { takes } from "../../core/arguments/takes.js";
import { listOf, real, record, text } from "../../core/arguments/kinds.js";
import { mean, variance } from "../../core/statistics/statistics.js";
import { ShapeError } from "../../core/errors.js";

/** A point of a curve over κ. */
export interface CurvePoint {
  readonly kappa: number;
  readonly name: string;
  readonly mean: number;
}

/**
 * Mean and standard error over independently trained networks of curves with the same points in the
 * same order.
 * @throws ShapeError if a curve has another number of points than the first
 */
export function acrossSeeds(
  curves: readonly (readonly CurvePoint[])[],
): (CurvePoint & { readonly error: number })[] {
  takes("acrossSeeds", {
    curves: [
      curves,
      listOf(listOf(record({ kappa: real, name: text, mean: real }, "a point of a curve"), 1), 1),
    ],
  });
  const odd = curves.find((curve) => curve.length !== curves[0].length);
  if (odd)
    throw new ShapeError(
      `acrossSeeds: curves of ${curves[0].length} and ${odd.length} points; they must agree point by point.`,
    );
  return curves[0].map(({ kappa, name }, r) => {
    const values = curves.map((curve) => curve[r].mean);
    return {
      kappa,
      name,
      mean: mean(values),
      error: values.length > 1 ? Math.sqrt(variance(values) / values.length) : 0,
    };
  });
}
