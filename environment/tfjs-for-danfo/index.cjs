// tfjs-node still calls two functions that Node removes, the first of them in 23.
const util = require("node:util");
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray = Array.isArray; // deprecated in Node 22 and 24, which would be said at each start

// The native binding cannot be downloaded everywhere; danfo only needs tensors, which plain tfjs
// has.
try {
  module.exports = require("@tensorflow/tfjs-node");
} catch {
  module.exports = require("@tensorflow/tfjs");
}
