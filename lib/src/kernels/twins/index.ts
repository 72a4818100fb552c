// The plain kernels: documentation, fallback and oracle of the compiled ones in assembly/, file by
// file. Each takes the arena's memory and then what the table says.
export * from "./boosting.js";
export * from "./dirac.js";
export * from "./doubleFunctions.js";
export * from "./edges.js";
export * from "./eigen.js";
export * from "./gathered.js";
export * from "./lattice.js";
export * from "./products.js";
export * from "./random.js";
export * from "./relevance.js";
export * from "./secular.js";
export * from "./selected.js";
export * from "./singleConvolution.js";
export * from "./singleDense.js";
export * from "./singleEntries.js";
export * from "./singleFunctions.js";
export * from "./singleMatrix.js";
export * from "./singlePooling.js";
export * from "./singleUpdates.js";
export * from "./spins.js";
export * from "./sweeps.js";
