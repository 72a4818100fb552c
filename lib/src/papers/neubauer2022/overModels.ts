import { mean, variance } from "../../core/statistics/statistics.js";

/** ΔAUC in per cent of one feature or group, over networks or trees. */
export interface MaskedFeature {
  readonly name: string;
  readonly mean: number;
  /** Standard error over the models; 0 for one. */
  readonly error: number;
  /** Of each model. */
  readonly each: readonly number[];
}

export const overModels = (name: string, each: readonly number[]): MaskedFeature => ({
  name,
  each,
  mean: mean(each),
  error: each.length > 1 ? Math.sqrt(variance(each) / each.length) : 0,
});
