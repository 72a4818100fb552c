export * from "./exact/index.js";
export * from "./curvature/index.js";
export * from "./spectrum/index.js";
export * from "./solvers/index.js";
export * from "./influence/index.js";
export * from "./removal/index.js";
export * from "./resampling/index.js";
export * from "./audit/index.js";
