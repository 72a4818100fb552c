import { quoted } from "../../../../core/printable.js";
import {
  input,
  makes,
  numbers,
  optionalNumbers,
  refused,
  type Call,
  type OnnxOperator,
} from "../call.js";
import { known, type Value } from "../value.js";
import { added, multiplied } from "./arithmetic.js";
import { taken } from "./movement.js";

/** Along one axis: how many entries there were and are to be, and their ratio. */
interface Axis {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/** Where entry k of the result lies among the entries that there were. */
const coordinates: Readonly<Record<string, (k: number, axis: Axis) => number>> = {
  half_pixel: (k, { scale }) => (k + 0.5) / scale - 0.5,
  asymmetric: (k, { scale }) => k / scale,
  align_corners: (k, { from, to }) => (to === 1 ? 0 : (k * (from - 1)) / (to - 1)),
  pytorch_half_pixel: (k, { to, scale }) => (to > 1 ? (k + 0.5) / scale - 0.5 : 0),
  half_pixel_symmetric: (k, { from, to, scale }) =>
    (from / 2) * (1 - to / (scale * from)) + (k + 0.5) / scale - 0.5,
};

const rounded: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** @param usual  the coordinates of the operator's version */
function resized(call: Call, axes: readonly Axis[], usual: string, nearest: string): Value {
  const { attributes } = call.node;
  const word = attributes.text("coordinate_transformation_mode", usual);
  const mode = attributes.text("mode", "nearest");
  const rounding = attributes.text("nearest_mode", nearest);
  const place = Object.hasOwn(coordinates, word) ? coordinates[word] : undefined;
  const linear = mode === "linear" || mode === "bilinear";
  const round = Object.hasOwn(rounded, rounding) ? rounded[rounding] : undefined;
  if (
    !place ||
    !round ||
    (!linear && mode !== "nearest") ||
    attributes.integer("antialias", 0) === 1
  )
    throw refused(
      call,
      `resizes in the mode ${quoted(mode)}, ${quoted(word)}`,
      `Use nearest or linear without antialias, and one of ${Object.keys(coordinates).join(", ")}`,
    );
  return axes.reduce(
    (value, axis) => {
      const { from, to } = axis;
      if (from === to && axis.scale === 1) return value;
      makes(call, [to]);
      const kept = (x: number): number => Math.min(Math.max(x, 0), from - 1);
      const at = Array.from({ length: to }, (_, k) => place(k, axis));
      return linear
        ? between(call, value, axis.axis, at.map(kept))
        : taken(
            call,
            value,
            axis.axis,
            at.map((x) => kept(round(x))),
          );
    },
    input(call, 0),
  );
}

/** (1 − w) of the entry below and w of the one above. */
function between(call: Call, value: Value, axis: number, at: readonly number[]): Value {
  const extent = value.shape[axis];
  const low = at.map(Math.floor);
  const share = at.map((x, k) => x - low[k]);
  const shape = [at.length, ...value.shape.slice(axis + 1).map(() => 1)];
  const part = (places: readonly number[], weights: readonly number[]): Value =>
    multiplied(call, taken(call, value, axis, places), known(shape, weights, false));
  const below = part(
    low,
    share.map((w) => 1 - w),
  );
  if (share.every((w) => w === 0)) return taken(call, value, axis, low);
  return added(
    call,
    below,
    part(
      low.map((k) => Math.min(k + 1, extent - 1)),
      share,
    ),
  );
}

function axesBy(call: Call, scales: readonly number[]): Axis[] {
  const { shape } = input(call, 0);
  if (scales.length !== shape.length || !scales.every((scale) => scale > 0))
    throw refused(call, `has scales [${scales}] of [${shape}]`, "Check the extents");
  return scales.map((scale, axis) => {
    const from = shape[axis];
    return { axis, from, to: Math.floor(from * scale), scale };
  });
}

/** By scales or, from opset 11 on, by extents. */
function resize(call: Call): Value {
  const old = call.importing.opset < 11;
  const { shape } = input(call, 0);
  const { attributes } = call.node;
  if (old)
    return resized(call, axesBy(call, [...numbers(call, 1, "scales").data]), "asymmetric", "floor");
  const scales = optionalNumbers(call, 2, "scales")?.data ?? [];
  const sizes = optionalNumbers(call, 3, "sizes")?.data ?? [];
  const given = scales.length > 0 ? scales : sizes;
  const policy = attributes.text("keep_aspect_ratio_policy", "stretch");
  const axes = attributes.integers("axes") ?? shape.map((_, k) => k);
  if (given.length !== axes.length || policy !== "stretch")
    throw refused(
      call,
      `has ${given.length} scales or extents for ${axes.length} axes and the policy ${quoted(policy)}`,
      "Give one for each axis, and stretch",
    );
  const all = shape.map((from, axis) => {
    const k = axes.findIndex((own) => (own < 0 ? own + shape.length : own) === axis);
    return k < 0 ? 1 : scales.length > 0 ? given[k] : given[k] / from;
  });
  const exact = axesBy(call, all).map((own, axis) =>
    scales.length > 0 ? own : { ...own, to: Math.round(all[axis] * own.from) },
  );
  return resized(call, exact, "half_pixel", "round_prefer_floor");
}

/** Operators that change extents of space. */
export const resizing: Readonly<Record<string, OnnxOperator>> = {
  Resize: {
    becomes: "take, or scaling of two of them and add",
    without: "cubic, antialias, crops, policies of aspect ratio",
    read: resize,
  },
  Upsample: {
    becomes: "take, or scaling of two of them and add",
    read(call) {
      const given = call.node.attributes.floats("scales") ?? numbers(call, 1, "scales").data;
      return resized(call, axesBy(call, [...given]), "asymmetric", "floor");
    },
  },
};
