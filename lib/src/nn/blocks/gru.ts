import { takes } from "../../core/arguments/takes.js";
import { sigmoid, tanh } from "../layers/activations.js";
import { dense } from "../layers/dense.js";
import { rescale } from "../layers/functions.js";
import type { Layer } from "../layers/layer.js";
import { multiply } from "../layers/products.js";
import { add } from "../layers/structure.js";
import type { Again, Block, GraphValue, Then } from "../network/graphParts.js";
import { part, recurrenceKinds, unrolled, type GatedOptions, type OneStep } from "./recurrence.js";

/** Options of `gru`. */
export interface GruOptions extends GatedOptions {
  /**
   * Whether the reset gate multiplies U h + c, as in PyTorch and Keras' default, or h before U
   * (default true).
   */
  readonly resetAfter?: boolean;
}

/**
 * Gated recurrent unit (Cho et al. 2014) over a sequence [inputs, steps], unrolled:
 *
 *   r, z = σ(W x + b + U h + c),  n = tanh(W x + b + r (U h + c)),  h ← (1 − z) n + z h
 *
 * Parameters stand in PyTorch's order: W and b of r, z, n one after the other, then U and c. A
 * second input is the first state [hidden]; without it that is 0. Gates take no relevance.
 */
export function gru(
  inputs: number,
  hidden: number,
  steps: number,
  options: GruOptions = {},
): Block {
  const { size, gated } = recurrenceKinds;
  takes("gru", {
    inputs: [inputs, size],
    hidden: [hidden, size],
    steps: [steps, size],
    options: [options, gated],
  });
  const { reverse = false, sequence = false, resetAfter = true } = options;
  const functions = { gate: options.gate ?? sigmoid(), activation: options.activation ?? tanh() };
  return {
    kind: "block",
    name: `gru(${inputs}→${hidden}, ${steps} steps)`,
    build(then, again, x, start) {
      const stateParts = resetAfter ? 3 : 2;
      const of = { inputs, hidden, steps, parts: 3, stateParts, reverse, sequence };
      const before = resetAfter ? undefined : candidateOf(then, again, hidden);
      return unrolled(of, then, again, x, start, (at) =>
        before
          ? step(then, at, hidden, functions, (gates) => before(at.h, gates))
          : step(then, at, hidden, functions),
      );
    },
  };
}

interface Functions {
  readonly gate: Layer;
  readonly activation: Layer;
}

function step(
  then: Then,
  { x, h, fromState }: OneStep,
  hidden: number,
  { gate, activation }: Functions,
  before?: (r: GraphValue) => GraphValue,
): GraphValue {
  const state = fromState(h);
  const sums = then(add(), part(then, x, 0, hidden, 2), part(then, state, 0, hidden, 2));
  const gates = then(gate, sums);
  const [r, z] = [part(then, gates, 0, hidden), part(then, gates, 1, hidden)];
  const own = part(then, x, 2, hidden);
  const reset = before ? before(r) : then(multiply({ signal: 0 }), part(then, state, 2, hidden), r);
  const n = then(activation, then(add(), own, reset));
  const kept = then(multiply({ signal: 0 }), h, z);
  return then(add(), then(multiply({ signal: 0 }), n, then(rescale(-1, 1), z)), kept);
}

/** U (r h) of the candidate alone, whose parameters stand behind the others. */
function candidateOf(
  then: Then,
  again: Again,
  hidden: number,
): (h: GraphValue, r: GraphValue) => GraphValue {
  let first: GraphValue | undefined;
  return (h, r) => {
    const reset = then(multiply({ signal: 0 }), h, r);
    return first ? again(first, reset) : (first = then(dense(hidden, hidden), reset));
  };
}
