export * from "./labelled.js";
export * from "./phaseErrors.js";
export * from "./couplings.js";
export * from "./trainedNetworks.js";
export * from "./bothSigns.js";
export * from "./filterClasses.js";
export * from "./filterResponse.js";
