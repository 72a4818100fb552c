export * from "./jets/index.js";
export * from "./lattice/index.js";
export * from "./fermions/index.js";
export * from "./sampling/index.js";
export * from "./spins/index.js";
export * from "./hubbard/index.js";
export * from "./observables/index.js";
