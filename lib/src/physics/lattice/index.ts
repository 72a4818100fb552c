// The lattice, fields on it, and the actions of scalar and Yukawa theory.
export type { Action, ActionCounters } from "./action.js";
export type { Colour } from "./colourBlocks.js";
export type { BareParameters, DimensionlessParameters } from "./dimensionless.js";
export { invertedNeighbours } from "./invertedNeighbours.js";
export { kleinGordonAction } from "./kleinGordonAction.js";
export { lattice, type Lattice } from "./lattice.js";
export type { Backend } from "./latticeMemory.js";
export { yukawaAction, type YukawaOptions } from "./yukawaAction.js";
export type {
  DiracParameters,
  Fermions,
  KleinGordonParameters,
  YukawaParameters,
} from "./yukawaParameters.js";
