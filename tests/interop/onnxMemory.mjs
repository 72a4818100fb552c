// Reads a model from a file, and says what the file has and what that took at most. The file comes
// from another process: the peak is that of the process's whole life.
import { readFileSync } from "node:fs";
import { fromOnnx } from "phaselens/interop";

const bytes = readFileSync(process.argv[2]);
globalThis.gc?.();
const before = process.memoryUsage().rss;
const { theta } = fromOnnx(bytes);
const peak = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ bytes: bytes.length, before, peak, parameters: theta.length }));
