// Reads a model from a file, and says what the file has and what that took at most. The file comes
// from another process: the peak is that of this one's whole life.
import { readFileSync } from "node:fs";
import { fromOnnx } from "phaselens/interop";
import { peakBytes } from "../../environment/base/peak-memory.cjs";

const bytes = readFileSync(process.argv[2]);
globalThis.gc?.();
const before = process.memoryUsage().rss;
const { theta } = fromOnnx(bytes);
const peak = peakBytes();
console.log(JSON.stringify({ bytes: bytes.length, before, peak, parameters: theta.length }));
