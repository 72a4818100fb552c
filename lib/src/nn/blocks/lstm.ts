import { takes } from "../../core/arguments/takes.js";
import { sigmoid, tanh } from "../layers/activations.js";
import { multiply } from "../layers/products.js";
import { add } from "../layers/structure.js";
import type { Block } from "../network/graphParts.js";
import { part, recurrenceKinds, unrolled, zeros, type GatedOptions } from "./recurrence.js";

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; Gers et al. 2000) over a sequence
 * [inputs, steps], unrolled:
 *
 *   i, f, o = σ(W x + b + U h + c),  g = tanh(…),  s ← f s + i g,  h ← o tanh(s)
 *
 * Parameters stand in PyTorch's order: W and b of i, f, g, o one after the other, then U and c. A
 * second and third input are the first h and s [hidden]; without them they are 0. Gates take no
 * relevance.
 */
export function lstm(
  inputs: number,
  hidden: number,
  steps: number,
  options: GatedOptions = {},
): Block {
  const { size, gated } = recurrenceKinds;
  takes("lstm", {
    inputs: [inputs, size],
    hidden: [hidden, size],
    steps: [steps, size],
    options: [options, gated],
  });
  const { reverse = false, sequence = false } = options;
  const { gate = sigmoid(), activation = tanh() } = options;
  return {
    kind: "block",
    name: `lstm(${inputs}→${hidden}, ${steps} steps)`,
    build(then, again, x, start, memory) {
      const of = { inputs, hidden, steps, parts: 4, reverse, sequence };
      let s = memory ?? then(zeros(hidden));
      const signal = multiply({ signal: 0 });
      return unrolled(of, then, again, x, start, ({ x: own, h, fromState }) => {
        const sums = then(add(), own, fromState(h));
        const [i, f] = [0, 1].map((k) => then(gate, part(then, sums, k, hidden)));
        const g = then(activation, part(then, sums, 2, hidden));
        const o = then(gate, part(then, sums, 3, hidden));
        s = then(add(), then(signal, s, f), then(signal, g, i));
        return then(signal, then(activation, s), o);
      });
    },
  };
}
