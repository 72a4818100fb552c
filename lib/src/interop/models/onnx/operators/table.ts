import { refused, single, type OnnxOperator } from "../call.js";
import { arithmetic } from "./arithmetic.js";
import { transformers } from "./attention.js";
import { sums } from "./einsum.js";
import { functions } from "./functions.js";
import { linear } from "./linear.js";
import { movement } from "./movement.js";
import { normalisations } from "./normalisations.js";
import { places } from "./places.js";
import { recurrence } from "./recurrence.js";
import { reductions } from "./reductions.js";
import { resizing } from "./resizing.js";
import { shapes } from "./shapes.js";
import { windows } from "./windows.js";

/**
 * All operators of ONNX that are read, versions 7 to 23. Another one is a row of one of these
 * tables: what it becomes, and how a node is read.
 */
export const onnxOperators: Readonly<Record<string, OnnxOperator>> = {
  ...linear,
  ...sums,
  ...windows,
  ...resizing,
  ...functions,
  ...arithmetic,
  ...movement,
  ...places,
  ...recurrence,
  ...reductions,
  ...normalisations,
  ...transformers,
  ...shapes,
  If: {
    becomes: "the branch that its condition names",
    without: "conditions that depend on the data",
    read(call) {
      const name = single(call, 0, "condition") === 0 ? "else_branch" : "then_branch";
      const branch = call.node.attributes.graph(name);
      if (branch) return call.importing.inside(branch);
      throw refused(call, `has no ${name}`, "Export the model again");
    },
  },
};
