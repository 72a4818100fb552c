import { bootstrapCounts } from "./bootstrap.js";
import { bootstrapResponse } from "./bootstrapResponse.js";
import { bootstrapRetraining } from "./bootstrapRetraining.js";

/**
 * What resampling uncertainty stands in for: samples drawn anew with replacement (`counts`), and
 * the network on each, trained anew (`retraining`) or minimised on from θ̃ (`response`).
 */
export const bootstrap: {
  readonly counts: typeof bootstrapCounts;
  readonly retraining: typeof bootstrapRetraining;
  readonly response: typeof bootstrapResponse;
} = {
  counts: bootstrapCounts,
  retraining: bootstrapRetraining,
  response: bootstrapResponse,
};
