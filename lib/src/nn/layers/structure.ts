import { takes } from "../../core/arguments/takes.js";
import { kind, listOf } from "../../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { size, type Shape } from "../../core/tensor.js";
import { prepareDropout, prepareMerge, prepareReshape } from "./structureSteps.js";
import { built } from "./builtLayer.js";
import type { DropoutLayer, MergeLayer, ReshapeLayer } from "./layer.js";

/** [c, …space] → [c·space], row-major. */
export function flatten(): ReshapeLayer {
  return built<ReshapeLayer>(
    { type: "flatten" },
    {
      kind: "reshape",
      name: "flatten",
      outputShape: ([input]) => [size(input)],
      prepare: prepareReshape,
    },
  );
}

/**
 * The same entries in the same order under another shape of as many. One extent may be −1: what is
 * left for it.
 */
export function reshape(to: Shape): ReshapeLayer {
  takes("reshape", { shape: [to, listOf(extentOrRest, 1)] });
  const shape = [...to]; // what the caller does to its own is nothing to the layer
  const name = `reshape(${shape.join("×")})`;
  const rest = shape.indexOf(-1);
  if (rest !== shape.lastIndexOf(-1))
    throw new ConfigError(`${name}: only one extent can be −1, got [${shape}].`);
  const known = size(shape.filter((extent) => extent > 0));
  return built<ReshapeLayer>(
    { type: "reshape", shape },
    {
      kind: "reshape",
      name,
      outputShape([input]) {
        const fits = rest < 0 ? size(input) === known : size(input) % known === 0;
        if (!fits) {
          const wanted = rest < 0 ? `${known} entries` : `a multiple of ${known} entries`;
          throw new ShapeError(`${name}: samples must have ${wanted}, got [${input}].`, {
            got: input,
          });
        }
        return rest < 0 ? shape : shape.map((own, k) => (k === rest ? size(input) / known : own));
      },
      prepare: prepareReshape,
    },
  );
}

const extentOrRest = kind(
  "a whole number ≥ 1, or −1 for what is left",
  (value) => value === -1 || (Number.isSafeInteger(value) && (value as number) >= 1),
);

const share = kind(
  "a number in [0, 1)",
  (value) => typeof value === "number" && value >= 0 && value < 1,
);

/** Drops entries with probability `rate` in training; the identity everywhere else. */
export function dropout(rate: number): DropoutLayer {
  takes("dropout", { rate: [rate, share] });
  return built<DropoutLayer>(
    { type: "dropout", rate },
    {
      kind: "dropout",
      name: `dropout(${rate})`,
      rate,
      outputShape: ([input]) => input,
      prepare: prepareDropout,
    },
  );
}

/** Sum of inputs of one shape. */
export function add(): MergeLayer {
  return built<MergeLayer>(
    { type: "add" },
    {
      kind: "merge",
      name: "add",
      mode: "add",
      arity: [2, Infinity],
      prepare: prepareMerge,
      outputShape(inputs) {
        for (const input of inputs) {
          if (input.join() !== inputs[0].join())
            throw new ShapeError(
              `add: inputs must agree in shape, got ${inputs.map((s) => `[${s}]`).join(" and ")}.`,
            );
        }
        return inputs[0];
      },
    },
  );
}

/**
 * Entries of the inputs along an axis one after the other, by default their channels: [c₁, …space],
 * [c₂, …space] → [c₁ + c₂, …space].
 * @param axis  of a sample, the first is 0
 */
export function concat(axis = 0): MergeLayer {
  const name = axis === 0 ? "concat" : `concat(axis ${axis})`;
  if (!Number.isSafeInteger(axis) || axis < 0)
    throw new ConfigError(`concat: the axis must be a whole number ≥ 0, got ${axis}.`);
  const others = (shape: Shape): string => shape.map((n, k) => (k === axis ? "" : n)).join();
  return built<MergeLayer>(axis === 0 ? { type: "concat" } : { type: "concat", axis }, {
    kind: "merge",
    name,
    mode: "concat",
    ...(axis > 0 && { axis }),
    arity: [2, Infinity],
    prepare: prepareMerge,
    outputShape(inputs) {
      for (const input of inputs) {
        if (input.length <= axis || others(input) !== others(inputs[0])) {
          const which = axis === 0 ? "the first" : `axis ${axis}`;
          throw new ShapeError(
            `${name}: inputs must agree in all axes but ${which}, got ${inputs.map((s) => `[${s}]`).join(" and ")}.`,
          );
        }
      }
      const extent = inputs.reduce((sum, input) => sum + input[axis], 0);
      return inputs[0].map((own, k) => (k === axis ? extent : own));
    },
  });
}
