// Puts a module through Binaryen's own passes once more: it is as long and as fast as the compiler
// left it, but functions number their local variables alike, of which gzip makes 1 kB less.
import { readFileSync, writeFileSync } from "node:fs";
import binaryen from "assemblyscript/binaryen";

const file = process.argv[2];
const module = binaryen.readBinary(readFileSync(file));
const { SIMD128, RelaxedSIMD, BulkMemory, BulkMemoryOpt } = binaryen.Features;
module.setFeatures(module.getFeatures() | SIMD128 | RelaxedSIMD | BulkMemory | BulkMemoryOpt);
binaryen.setOptimizeLevel(3);
binaryen.setShrinkLevel(1);
for (let pass = 0; pass < 2; pass++) module.optimize();
module.runPasses(["reorder-functions"]);
writeFileSync(file, module.emitBinary());
