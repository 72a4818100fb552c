/** One namespace per folder; notebooks read `nn.train`, `hessian.influence`, `figures.show`. */
export * as core from "./core/index.js";
export * as linalg from "./linalg/index.js";
export * as physics from "./physics/index.js";
export * as nn from "./nn/index.js";
export * as lrp from "./lrp/index.js";
export * as hessian from "./hessian/index.js";
export * as forest from "./forest/index.js";
export * as taggers from "./taggers/index.js";
export * as figures from "./figures/index.js";
export * as interop from "./interop/index.js";
export * as generate from "./generate/index.js";
export * as papers from "./papers/index.js";
export * as studies from "./studies/index.js";
export * as report from "./report/index.js";
