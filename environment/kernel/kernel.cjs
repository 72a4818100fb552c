"use strict";
// Jupyter starts this as the kernel: tslab of this repository, whatever the notebook's folder is.
const path = require("node:path");

// Imports of cells are resolved from the working folder. A notebook outside the project gets the
// project's packages.
const root = path.resolve(module.path, "..", "..");
const position = path.relative(root, process.cwd());
if (position.startsWith("..") || path.isAbsolute(position)) process.chdir(root);

require("./interrupts.cjs").hearInterrupts();
require("./typescript.cjs").replaceCompiler();
require("./repairs.cjs").repair();
require("tslab/dist/main.js").main();
