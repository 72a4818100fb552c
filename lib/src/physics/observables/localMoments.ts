import { vector } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { mean } from "../../core/statistics/statistics.js";
import { power } from "../../core/power.js";

/** 1/|Λ| Σ_n φ(n)² of one configuration. */
export function squaredField(field: Float64Array): number {
  takes("squaredField", { field: [field, vector()] });
  return mean(field.map((value) => value * value));
}

/** 1/|Λ| Σ_n φ(n)⁴ of one configuration. */
export function quarticField(field: Float64Array): number {
  takes("quarticField", { field: [field, vector()] });
  return mean(field.map((value) => power(value, 4)));
}
