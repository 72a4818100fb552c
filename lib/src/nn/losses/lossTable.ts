// The losses of the library, a line each: what stands here is public, travels to worker threads and
// into files, and is `--loss` of the command line, all by what the loss says of itself.
export { huberLoss } from "./huberLoss.js";
export { logisticLoss } from "./logisticLoss.js";
export { meanSquaredError } from "./meanSquaredError.js";
export { softmaxCrossEntropy } from "./softmaxCrossEntropy.js";
