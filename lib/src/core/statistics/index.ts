// Means with honest errors: autocorrelation, jackknife, convergence of chains.
export * from "./statistics.js";
export * from "./auc.js";
export * from "./neighbourMedian.js";
export * from "./autocorrelation.js";
export type { Estimate } from "./estimate.js";
export { jackknife } from "./jackknife.js";
export { describeEstimate } from "./describeEstimate.js";
export { jackknifeMeans } from "./jackknifeMeans.js";
export type { OfMeans } from "./leaveOut.js";
export * from "./gelmanRubin.js";
export { rankNormalisedRhat } from "./rankNormalisedRhat.js";
export { normalQuantile } from "./normalQuantile.js";
