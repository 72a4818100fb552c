// The lattice, fields on it, and the actions of scalar and Yukawa theory.
export type { Action, ActionCounters } from "./action.js";
export type { Colour } from "./colourBlocks.js";
export * from "./dimensionless.js";
export { invertedNeighbours } from "./invertedNeighbours.js";
export { kleinGordonAction } from "./kleinGordonAction.js";
export { lattice, type Lattice } from "./lattice.js";
export type { Backend } from "./latticeMemory.js";
export { staggeredPhases } from "./staggeredPhases.js";
export * from "./yukawaAction.js";
export type {
  DiracParameters,
  Fermions,
  KleinGordonParameters,
  YukawaParameters,
} from "./yukawaParameters.js";
