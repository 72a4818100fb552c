import { size } from "../../core/tensor.js";
import { compact, isCompact, places, type Value } from "./layout.js";
import type { Memory } from "./memory.js";
import type { Stage } from "./stage.js";

/**
 * The same numbers as one row of features: nothing to do unless rows were longer than what belongs
 * to them.
 */
export function flattenStage(memory: Memory, input: Value, capacity: number): Stage {
  const shape = [size(input.shape)];
  if (isCompact(input.layout)) {
    const output = { ...input, shape, layout: { ...compact(shape), pitch: input.layout.pitch } };
    return { output, forward: () => undefined, backward: () => undefined };
  }
  const { f32 } = memory.arena;
  const from = places(input.layout);
  const layout = compact(shape, 4);
  const gradient =
    input.gradient === undefined ? undefined : memory.floats(capacity * layout.pitch);
  const output: Value = {
    ...input,
    shape,
    layout,
    at: memory.floats(capacity * layout.pitch),
    gradient,
  };
  return {
    output,
    forward(batch) {
      for (let n = 0; n < batch; n++) {
        const [x, y] = [input.at + n * input.layout.pitch, output.at + n * layout.pitch];
        for (let f = 0; f < from.length; f++) f32[y + f] = f32[x + from[f]];
      }
    },
    backward(batch) {
      if (gradient === undefined || input.gradient === undefined) return;
      for (let n = 0; n < batch; n++) {
        const [gx, g] = [input.gradient + n * input.layout.pitch, gradient + n * layout.pitch];
        for (let f = 0; f < from.length; f++) f32[gx + from[f]] = f32[g + f];
      }
    },
  };
}
