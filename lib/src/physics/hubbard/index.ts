// Ground states of the extended Fermi–Hubbard chain, and its order parameter.
export * from "./dawid2021.js";
export * from "./fock.js";
export * from "./hubbard.js";
export * from "./orbits.js";
export * from "./orderParameter.js";
