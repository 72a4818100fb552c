import { takes } from "../../core/arguments/takes.js";
import { tanh } from "../layers/activations.js";
import { add } from "../layers/structure.js";
import type { Block } from "../network/graphParts.js";
import { recurrenceKinds, unrolled, type RecurrenceOptions } from "./recurrence.js";

/**
 * Plain recurrence h ← tanh(W x + b + U h + c) over a sequence [inputs, steps], unrolled (Elman
 * 1990). Parameters stand in the order W, b, U, c. A second input is the first state [hidden];
 * without it that is 0.
 */
export function rnn(
  inputs: number,
  hidden: number,
  steps: number,
  options: RecurrenceOptions = {},
): Block {
  const { size, options: kinds } = recurrenceKinds;
  takes("rnn", {
    inputs: [inputs, size],
    hidden: [hidden, size],
    steps: [steps, size],
    options: [options, kinds],
  });
  const { reverse = false, sequence = false, activation = tanh() } = options;
  return {
    kind: "block",
    name: `rnn(${inputs}→${hidden}, ${steps} steps)`,
    build: (then, again, x, start) =>
      unrolled(
        { inputs, hidden, steps, parts: 1, reverse, sequence },
        then,
        again,
        x,
        start,
        ({ x: own, h, fromState }) => then(activation, then(add(), own, fromState(h))),
      ),
  };
}
