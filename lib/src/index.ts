// One namespace per folder; notebooks read `nn.train`, `hessian.influence`, `figures.show`.
/** Tensors, random numbers, means with honest errors, the cache, threads, errors. */
export * as core from "./core/index.js";
/** Eigenvalues, factorisations, principal components, operators known by their products. */
export * as linalg from "./linalg/index.js";
/** Lattice fields and their ensembles, the Fermi-Hubbard chain, jets; observables of each. */
export * as physics from "./physics/index.js";
/** Networks: layers, losses, training, gradients of single samples. */
export * as nn from "./nn/index.js";
/**
 * What a prediction rests on: rules of relevance, gradients and occlusion, and whether to believe
 * them.
 */
export * as lrp from "./lrp/index.js";
/**
 * Which training points a prediction rests on, and how far that can be trusted: Hessians,
 * influence, uncertainty, extrapolation, the audit.
 */
export * as hessian from "./hessian/index.js";
/** Regression trees and random forests with the contribution of each feature. */
export * as forest from "./forest/index.js";
/** Jet taggers: interaction networks, AUC lost by masking, activity of nodes. */
export * as taggers from "./taggers/index.js";
/** Charts as data, and claims beside them. */
export * as figures from "./figures/index.js";
/** Models, tables and jets from files of others and back. */
export * as interop from "./interop/index.js";
/** Ensembles and jets by a manifest, in pieces that can be interrupted. */
export * as generate from "./generate/index.js";
/**
 * A folder a paper: its data, networks and recipes, what its figures are drawn with and judged by.
 */
export * as papers from "./papers/index.js";
/** Explanations and audits as pages and files. */
export * as report from "./report/index.js";
