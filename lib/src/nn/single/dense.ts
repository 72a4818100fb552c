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
          arena.singleDenseGradient(batch, rows, width, input.at + i, pitch, g, piece, list);
          use("weight", weight + i * width, rows * width, piece);
        }
        arena.f32.fill(1, ones, ones + batch);
        arena.singleDenseGradient(batch, 1, width, ones, 1, g, piece, list);
        use("bias", bias, width, piece);
      },
    },
  };
}
