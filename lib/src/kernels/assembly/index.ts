// All compiled kernels. They take addresses, bytes into the arena's memory; build.mjs exports those
// that stand in ../table.ts, with offsets in the place of addresses. Each has a plain twin in
// ../twins, which is its documentation, its fallback and its oracle.
export * from "./boosting";
export * from "./dirac";
export * from "./doubleFunctions";
export * from "./edges";
export * from "./eigen";
export * from "./gathered";
export * from "./lattice";
export * from "./normalise";
export * from "./products";
export * from "./random";
export * from "./relevance";
export * from "./secular";
export * from "./selected";
export * from "./singleConvolution";
export * from "./singleDense";
export * from "./singleEntries";
export * from "./singleFunctions";
export * from "./singleMatrix";
export * from "./singlePooling";
export * from "./singleUpdates";
export * from "./spins";
export * from "./sweeps";
