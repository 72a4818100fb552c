// Reads a model of so many hidden nodes, and says what the file has and what that took at most.
import { fromOnnx, toOnnx } from "phaselens/interop";
import { dense, relu, sequential } from "phaselens/nn";

const hidden = Number(process.argv[2]);
const network = sequential([dense(200, hidden), relu(), dense(hidden, 200)]);
const bytes = toOnnx(network, new Float64Array(network.parameterCount).fill(0.5));
globalThis.gc?.();
const before = process.memoryUsage().rss;
const { theta } = fromOnnx(bytes);
const peak = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ bytes: bytes.length, before, peak, parameters: theta.length }));
