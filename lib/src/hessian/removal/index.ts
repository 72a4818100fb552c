// What really happens when training points are left out: proximal responses and
// retraining, to hold influence against.
export type { Rounding, Objective, MinimiseOptions, Minimum } from "./minimise.js";
export { polish, type PolishOptions, type Polished } from "./polish.js";
export type { ProximalResponse } from "./proximalResponse.js";
export { removals, type RemovalFacts, type Removals, type RemovalsOptions } from "./removals.js";
export type { RemovalDraw } from "./drawRemovals.js";
export { rankAgreement, type RankAgreement, type RankAgreementOptions } from "./rankAgreement.js";
