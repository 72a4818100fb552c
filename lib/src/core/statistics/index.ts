// Means with honest errors: autocorrelation, jackknife, convergence of chains.
export { mean, variance, median, correlation, spearman } from "./statistics.js";
export { auc } from "./auc.js";
export { neighbourMedian, type NeighbourOptions } from "./neighbourMedian.js";
export { tauInt, type AutocorrelationTime } from "./autocorrelation.js";
export type { Estimate } from "./estimate.js";
export { jackknife } from "./jackknife.js";
export { jackknifeMeans } from "./jackknifeMeans.js";
export type { OfMeans } from "./leaveOut.js";
export { gelmanRubin } from "./gelmanRubin.js";
export { rankNormalisedRhat } from "./rankNormalisedRhat.js";
