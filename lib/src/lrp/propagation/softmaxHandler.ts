import { eachLine, linesAlong } from "../../nn/layers/axisLines.js";
import { divide } from "../rules/divide.js";
import { booksOf, type NodeHandler, type NodeWalk } from "./nodeWalk.js";

/**
 * R_i = x_i (q_i − s_i Σ_j q_j) along the axis, with q = R of a softmax and R/y of its logarithm.
 */
export function softmaxHandler(node: NodeWalk): NodeHandler {
  const { evaluator, inputs, output, targets, arriving, height, layer, work } = node;
  if (layer.kind !== "softmax") throw new Error(`softmaxHandler: ${layer.name}`);
  const { values, shapes } = evaluator;
  const [x, y] = [values[inputs[0]], values[output]];
  const { books, enter } = booksOf(node, "Taylor");
  const lines = linesAlong(shapes[output], layer.axis);
  const { stride } = lines;
  const { log } = layer;
  const [quotients] = work.outputs;
  const [target] = targets;
  return {
    propagate(batch, startSizes) {
      const q = log ? quotients : arriving;
      if (log) divide(arriving, y, undefined, 0, 1, undefined, 1, q, batch, height, books.zero);
      eachLine(lines, batch, (first, end) => {
        let sum = 0;
        for (let p = first; p < end; p += stride) sum += q[p];
        for (let p = first; p < end; p += stride) {
          const factor = q[p] - (log ? Math.exp(y[p]) : y[p]) * sum;
          target[p] = factor === 0 ? 0 : x[p] * factor; // x is −∞ where something is masked
        }
      });
      enter(batch, startSizes);
    },
    row: books.row,
  };
}
