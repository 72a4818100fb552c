import { mean } from "../../core/statistics/statistics.js";
import { power } from "../../core/power.js";

/** 1/|Λ| Σ_n φ(n)² of one configuration. */
export function squaredField(field: Float64Array): number {
  return mean(field.map((value) => value * value));
}

/** 1/|Λ| Σ_n φ(n)⁴ of one configuration. */
export function quarticField(field: Float64Array): number {
  return mean(field.map((value) => power(value, 4)));
}
