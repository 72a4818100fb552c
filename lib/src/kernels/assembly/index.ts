// One WebAssembly module for all compiled kernels. Addresses are bytes into the arena's memory; each kernel has a
// plain TypeScript twin in the folder above, which is its documentation, its fallback and its oracle.
export { gatheredSums, runSums } from "./gathered";
export { rowProduct, rowDots, gram } from "./products";
export { tridiagonalise, applyReflectors, applyRotations } from "./eigen";
export { addHoppingForce, kleinGordonAction, kleinGordonForce, kleinGordonForceAndReciprocals, linkSum, reciprocalField, shiftedField } from "./lattice";
export { addDiracForce, dirac, solveDirac } from "./dirac";
export { edgeForward, edgeGradient } from "./edges";
export { normalsInside, philoxBlocks } from "./random";
export { chosenCombinations, chosenDots, rectifiedMaximum, scatterWinners } from "./relevance";
export { singleDense, singleDenseGradient, singleDenseTransposed } from "./singleDense";
export {
  singleConvolution, singleConvolutionGradient, singleConvolutionGradientAtMaxima, singleConvolutionTransposed,
} from "./singleConvolution";
export { singleAverage, singleAverageTransposed, singleMaximum, singleMaximumTransposed } from "./singlePooling";
export { singleAdam, singleLeaky, singleLeakyTransposed, singleMomentum, singlePenalty } from "./singleUpdates";
