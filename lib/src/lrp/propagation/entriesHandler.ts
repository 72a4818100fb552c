import { booksOf, type NodeHandler, type NodeWalk } from "./nodeWalk.js";

/**
 * Entries of the inputs take what the entries of the output have that are they; what stands at
 * constants stays there, and the books say how much.
 */
export function entriesHandler(node: NodeWalk): NodeHandler {
  const { evaluator, inputs, targets, arriving, layer } = node;
  const { step } = evaluator.steps[node.node];
  const at = { x: inputs.map((v) => evaluator.values[v]), y: arriving, theta: new Float64Array(0) };
  const { books, enter } = booksOf(node, layer.kind === "source" ? "kept" : "handed on");
  return {
    propagate(batch, startSizes) {
      targets.forEach((target, k) => step.pull(at, arriving, k, target, batch));
      enter(batch, startSizes);
    },
    row: books.row,
  };
}
