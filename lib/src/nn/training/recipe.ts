import type { RiskOptions } from "../losses/riskOptions.js";
import type { TrainOptions } from "./trainOptions.js";

/** How a network of one paper is trained here. */
export interface Recipe {
  /** All that decides the result beside network, data and seed; part of cache keys. */
  readonly description: string;
  readonly risk: RiskOptions;
  readonly options: Omit<TrainOptions, "rng">;
}
