// The native binding cannot be downloaded everywhere; danfo only needs tensors, which plain tfjs has.
try { module.exports = require("@tensorflow/tfjs-node"); } catch { module.exports = require("@tensorflow/tfjs"); }
