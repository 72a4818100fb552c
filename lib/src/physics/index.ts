export * from "./dawid2021.js";
export * from "./fermions.js";
export * from "./fock.js";
export * from "./grids.js";
export * from "./hubbard.js";
export * from "./minMax.js";
export * from "./orbits.js";
export * from "./orderParameter.js";
