import { add, type EvaluatorState } from "./evaluatorState.js";

/**
 * From the gradient of the output in `g` to those of all values; several readers of one value add
 * up.
 * @param toInput  also to values that do not depend on θ
 * @param bend     adds what the change of node n's Jᵀ for input k does
 */
export type SweepBack = (
  g: readonly Float64Array[],
  batch: number,
  toInput: boolean,
  bend?: (n: number, k: number, gx: Float64Array) => void,
) => void;

export function makeSweepBack({ nodes, last, sizes, moves, at, spare }: EvaluatorState): SweepBack {
  const written = new Uint8Array(last + 1);
  /** The share of node n's input k, over what is there or added to it. */
  const pull = (g: readonly Float64Array[], n: number, k: number, batch: number): void => {
    const { step, inputs, output } = nodes[n];
    const v = inputs[k];
    if (!written[v]) step.pull(at.of[n], g[output], k, g[v], batch);
    else if (step.pullInto) step.pullInto(at.of[n], g[output], k, g[v], batch);
    else {
      step.pull(at.of[n], g[output], k, spare, batch);
      add(spare, g[v], batch * sizes[v]);
    }
    written[v] = 1;
  };
  return (g, batch, toInput, bend) => {
    written.fill(0);
    for (let n = last - 1; n >= 0; n--) {
      const { inputs, output } = nodes[n];
      if (!toInput && !moves[output]) continue;
      // nobody reads it
      if (n < last - 1 && !written[output]) g[output].fill(0, 0, batch * sizes[output]);
      for (let k = 0; k < inputs.length; k++) {
        const v = inputs[k];
        if (!toInput && !moves[v]) continue;
        pull(g, n, k, batch);
        bend?.(n, k, g[v]);
      }
    }
  };
}
