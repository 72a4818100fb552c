import { count, listOf, numbers, real } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { size, type Shape } from "../../core/tensor.js";
import { built } from "./builtLayer.js";
import type { SourceLayer } from "./layer.js";
import type { LayerStep } from "./layerStep.js";

/**
 * A value that is all parameters, the same for every sample: `then(parameter([4, 8]))` reads
 * nothing.
 * @param start  what each of them starts from (default 0)
 */
export function parameter(shape: Shape, start = 0): SourceLayer {
  takes("parameter", { shape: [shape, listOf(count(1), 1)], start: [start, real] });
  const own = [...shape];
  return built<SourceLayer>(
    { type: "parameter", shape: own, ...(start !== 0 && { start }) },
    {
      kind: "source",
      name: `parameter(${own.join("×")})`,
      arity: [0, 0],
      parameters: [{ role: "weight", shape: own, start }],
      outputShape: () => own,
      prepare: () => parameterStep(size(own)),
    },
  );
}

/** Given numbers, the same for every sample. */
export function constant(shape: Shape, values: ArrayLike<number>): SourceLayer {
  takes("constant", { shape: [shape, listOf(count(1), 1)], values: [values, numbers()] });
  const own = [...shape];
  const given = Float64Array.from(values);
  if (given.length !== size(own))
    throw new ConfigError(
      `constant: a shape of [${own}] needs ${size(own)} values, got ${given.length}.`,
    );
  return built<SourceLayer>(
    { type: "constant", shape: own, values: [...given] },
    {
      kind: "source",
      name: `constant(${own.join("×")})`,
      arity: [0, 0],
      outputShape: () => own,
      prepare: () => ({
        forward: ({ y }, batch) => repeat(given, y, batch),
        push: (_at, { y: dy }, batch) => void dy.fill(0, 0, batch * given.length),
        pull: () => {},
      }),
    },
  );
}

/** y = θ for every sample. */
function parameterStep(width: number): LayerStep {
  return {
    forward: ({ y, theta }, batch) => repeat(theta, y, batch),
    push: (_at, { y: dy }, batch) => void dy.fill(0, 0, batch * width),
    pull: () => {},
    parameters: {
      linear: true,
      push: (_at, { theta: dtheta }, dy, batch) => repeat(dtheta, dy, batch),
      pull(_at, g, out, place, first, count) {
        for (let n = first, p = first * width; n < first + count; n++)
          for (let f = 0; f < width; f++) out[place + f] += g[p++];
      },
      bend: () => {},
    },
  };
}

function repeat(row: Float64Array, y: Float64Array, batch: number): void {
  for (let n = 0; n < batch; n++) y.set(row, n * row.length);
}
