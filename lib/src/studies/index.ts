export * from "./labelled.js";
export * from "./phaseErrors.js";
export * from "./couplings.js";
