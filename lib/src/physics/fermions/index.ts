// The Dirac operator on the lattice, its determinant (exact, by hopping expansion, by
// pseudofermions), and what of it is safe to sample.
export type { DiracOperator } from "./diracOperator.js";
export type { HoppingFourthOrder } from "./hoppingFourthOrder.js";
export type { HoppingTruncation } from "./hoppingTruncation.js";
export type { LocalFermions } from "./localWeight.js";
export type { SolverOptions } from "./pseudofermions.js";
