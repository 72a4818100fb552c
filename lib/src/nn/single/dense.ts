import { room } from "../../kernels/room.js";
import { compact, type Value } from "./layout.js";
import { roundUp, type Memory } from "./memory.js";
import type { Stage } from "./stage.js";

/** Rows of a weight gradient that are made and used at a time. */
const ROWS = 16;

/**
 * Weights are stored by inputs, [inputs, outputs rounded up to 4]: an input that is 0 then spares a
 * whole row, in every product.
 */
export function denseStage(memory: Memory, input: Value, outputs: number, capacity: number): Stage {
  const { arena, theta } = memory;
  const { nativeSingle } = arena;
  const [inputs] = input.shape;
  const width = roundUp(outputs, 4);
  const [weight, bias] = [memory.parameters(inputs * width), memory.parameters(width)];
  const layout = { ...compact([outputs]), pitch: width };
  const output: Value = {
    shape: [outputs],
    layout,
    at: memory.floats(capacity * width),
    gradient: memory.floats(capacity * width),
    deadAtZero: false,
  };
  const [piece, ones] = [memory.floats(ROWS * width), memory.floats(capacity)];
  const listed = Math.max(
    room("singleDense", "list", {}),
    room("singleDenseTransposed", "list", {}),
    room("singleDenseGradient", "list", { batch: capacity }),
  );
  const list = memory.list(new Int32Array(listed));
  const g = output.gradient!;
  const { pitch } = input.layout;
  return {
    output,
    forward(batch) {
      const [m, q, y] = [batch, inputs, output.at];
      for (let n = 0; n < m; n++)
        arena.f32.copyWithin(y + n * width, theta + bias, theta + bias + width);
      const w = theta + weight;
      if (nativeSingle(m, width, q, input.at, pitch, false, w, width, false, y, width, true))
        return;
      arena.singleDense(
        batch,
        inputs,
        width,
        input.at,
        pitch,
        theta + weight,
        theta + bias,
        output.at,
        list,
      );
    },
    backward(batch) {
      if (input.gradient === undefined) return;
      const [m, n, to] = [batch, inputs, input.gradient];
      if (
        nativeSingle(m, n, width, g, width, false, theta + weight, width, true, to, pitch, false)
      ) {
        if (input.deadAtZero) arena.singleLeakyTransposed(roundUp(m * pitch, 4), input.at, to, 0);
        return;
      }
      arena.singleDenseTransposed(
        batch,
        inputs,
        width,
        theta + weight,
        g,
        input.at,
        input.gradient,
        pitch,
        input.deadAtZero ? 1 : 0,
        list,
      );
    },
    parameters: {
      places(into, at) {
        for (let j = 0; j < outputs; j++)
          for (let i = 0; i < inputs; i++) into[at++] = weight + i * width + j;
        for (let j = 0; j < outputs; j++) into[at++] = bias + j;
      },
      gradients(batch, use) {
        for (let i = 0; i < inputs; i += ROWS) {
          const rows = Math.min(ROWS, inputs - i);
          const x = input.at + i;
          if (
            !nativeSingle(rows, width, batch, x, pitch, true, g, width, false, piece, width, false)
          )
            arena.singleDenseGradient(batch, rows, width, x, pitch, g, piece, list);
          use("weight", weight + i * width, rows * width, piece);
        }
        arena.f32.fill(1, ones, ones + batch);
        arena.singleDenseGradient(batch, 1, width, ones, 1, g, piece, list);
        use("bias", bias, width, piece);
      },
    },
  };
}
