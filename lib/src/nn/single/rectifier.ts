import type { Value } from "./layout.js";
import type { Memory } from "./memory.js";
import type { Stage } from "./stage.js";

/**
 * ReLU and its leaky kind, in place: for slopes ≥ 0 the sign of the output is that of the input.
 */
export function rectifierStage({ arena }: Memory, input: Value, slope: number): Stage {
  const count = (batch: number): number => Math.ceil((batch * input.layout.pitch) / 4) * 4;
  return {
    output: { ...input, deadAtZero: slope === 0 },
    forward: (batch) => arena.singleLeaky(count(batch), input.at, slope),
    backward(batch) {
      if (input.gradient !== undefined)
        arena.singleLeakyTransposed(count(batch), input.at, input.gradient, slope);
    },
  };
}
