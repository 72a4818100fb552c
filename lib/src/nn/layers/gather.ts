import { count as whole, integer, listOf, numbers, real } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { size, type Shape } from "../../core/tensor.js";
import { built } from "./builtLayer.js";
import { prepareGather } from "./gatherStep.js";
import type { BuiltSpec, Sides } from "./layerSpec.js";
import type { GatherLayer } from "./layer.js";
import { rowStrides, steps, tableOf } from "./sourceTables.js";

/**
 * The axes of a sample in another order: axis k of the output is axis `axes[k]` of the input.
 * @example
 * ```ts
 * import { nn } from "phaselens";
 * console.log(nn.transpose([1, 0]).outputShape([[2, 5]])); // → [ 5, 2 ]
 * ```
 */
export function transpose(axes: readonly number[]): GatherLayer {
  takes("transpose", { axes: [axes, listOf(whole(), 1)] });
  const order = [...axes];
  const name = `transpose(${order.join(", ")})`;
  if ([...order].sort((a, b) => a - b).some((axis, k) => axis !== k))
    throw new ConfigError(`${name}: the axes must be 0 to ${order.length - 1} in some order.`);
  const outputShape = ([input]: readonly Shape[]): Shape => {
    checkRank(input, order.length, name);
    return order.map((axis) => input[axis]);
  };
  return gathered({ type: "transpose", axes: order }, name, outputShape, (input) => {
    const strides = rowStrides(input);
    return tableOf(order.map((axis) => steps(input[axis], strides[axis])));
  });
}

/**
 * Some entries along an axis: those at start, start + step, …, `count` of them. A negative step
 * goes backwards.
 */
export function crop(axis: number, start: number, count: number, step = 1): GatherLayer {
  takes("crop", {
    axis: [axis, whole()],
    start: [start, whole()],
    count: [count, whole(1, MOST)],
    step: [step, integer],
  });
  const name = `crop(axis ${axis}, ${count} from ${start}${step === 1 ? "" : `, step ${step}`})`;
  if (step === 0) throw new ConfigError(`${name}: the step must not be 0.`);
  const places = Array.from({ length: count }, (_, k) => start + k * step);
  return along({ type: "crop", axis, start, count, step }, name, axis, places);
}

/** The entries at `places` along an axis, which may repeat. */
export function take(axis: number, places: readonly number[]): GatherLayer {
  takes("take", { axis: [axis, whole()], places: [places, listOf(whole(), 1)] });
  const name = `take(axis ${axis}, ${places.length} places)`;
  return along({ type: "take", axis, places: [...places] }, name, axis, [...places]);
}

/**
 * A sample repeated until it has `shape`: axes of extent 1, and those that it lacks in front, as
 * NumPy broadcasts.
 */
export function expand(shape: Shape): GatherLayer {
  takes("expand", { shape: [shape, listOf(whole(1), 1)] });
  const to = [...shape];
  const name = `expand(${to.join("×")})`;
  const outputShape = ([input]: readonly Shape[]): Shape => {
    const more = to.length - input.length;
    if (more < 0 || input.some((extent, k) => extent !== 1 && extent !== to[k + more]))
      throw new ShapeError(
        `${name}: samples of shape [${input}] cannot be repeated to [${to}]. Extents must be 1 or equal, counted from the last axis.`,
        { got: input },
      );
    return to;
  };
  return gathered({ type: "expand", shape: to }, name, outputShape, (input) => {
    outputShape([input]);
    const own = rowStrides(input).map((stride, k) => (input[k] === 1 ? 0 : stride));
    const strides = [...Array<number>(to.length - input.length).fill(0), ...own];
    return tableOf(to.map((extent, k) => steps(extent, strides[k])));
  });
}

/**
 * A constant around a sample, [before, after] along each of its axes.
 * @param constant  default 0
 */
export function pad(padding: Sides, constant = 0): GatherLayer {
  takes("pad", {
    padding: [padding, listOf(listOf(whole(), 2, 2), 1)],
    constant: [constant, real],
  });
  const sides = padding.map(([before, after]) => [before, after] as const);
  const name = `pad(${sides.map((own) => own.join("+")).join("×")})`;
  const outputShape = ([input]: readonly Shape[]): Shape => {
    checkRank(input, sides.length, name);
    return input.map((extent, k) => extent + sides[k][0] + sides[k][1]);
  };
  const sources = (input: Shape): Int32Array => {
    const strides = rowStrides(input);
    const places = (extent: number, k: number): Int32Array =>
      Int32Array.from({ length: sides[k][0] + extent + sides[k][1] }, (_, at) => {
        const place = at - sides[k][0];
        return place >= 0 && place < extent ? place * strides[k] : -1;
      });
    return tableOf(input.map(places));
  };
  const spec = { type: "pad", padding: sides, ...(constant !== 0 && { constant }) };
  return gathered(spec, name, outputShape, sources, constant);
}

/**
 * Any entries of a sample in any order: y_f = x_{sources(f)} under `shape`, and `constant` where
 * the source is −1.
 * @param constant  default 0
 */
export function gather(shape: Shape, sources: ArrayLike<number>, constant = 0): GatherLayer {
  takes("gather", {
    shape: [shape, listOf(whole(1), 1)],
    sources: [sources, numbers()],
    constant: [constant, real],
  });
  const to = [...shape];
  const table = Int32Array.from(sources);
  const name = `gather(${to.join("×")})`;
  if (table.length !== size(to))
    throw new ConfigError(`${name}: there must be ${size(to)} sources, got ${table.length}.`);
  const most = table.reduce((found, source, f) => {
    if (source === sources[f] && source >= -1) return Math.max(found, source);
    throw new ConfigError(
      `${name}: a source must be a whole number ≥ 0, or −1 for the constant, got ${sources[f]}.`,
    );
  }, -1);
  const outputShape = ([input]: readonly Shape[]): Shape => {
    if (size(input) <= most)
      throw new ShapeError(
        `${name}: samples must have ${most + 1} entries or more, got [${input}].`,
        { got: input },
      );
    return to;
  };
  const spec = {
    type: "gather",
    shape: to,
    sources: [...table],
    ...(constant !== 0 && { constant }),
  };
  return gathered(spec, name, outputShape, () => table, constant);
}

/** More entries than any table holds. */
const MOST = 2 ** 30;

/** Entries at places along an axis. */
function along(
  spec: BuiltSpec,
  name: string,
  axis: number,
  places: readonly number[],
): GatherLayer {
  const [least, most] = places.reduce(
    ([a, b], place) => [Math.min(a, place), Math.max(b, place)],
    [Infinity, -Infinity],
  );
  const outputShape = ([input]: readonly Shape[]): Shape => {
    if (input.length <= axis || most >= input[axis] || least < 0)
      throw new ShapeError(
        `${name}: takes entries ${least} to ${most} along axis ${axis}, which samples of shape [${input}] do not have.`,
        { got: input },
      );
    return input.map((extent, k) => (k === axis ? places.length : extent));
  };
  return gathered(spec, name, outputShape, (input) => {
    const strides = rowStrides(input);
    const own = (extent: number, k: number): ArrayLike<number> =>
      k === axis ? places.map((place) => place * strides[k]) : steps(extent, strides[k]);
    return tableOf(input.map(own));
  });
}

function gathered(
  spec: BuiltSpec,
  name: string,
  outputShape: (inputs: readonly Shape[]) => Shape,
  sources: (input: Shape) => Int32Array,
  constant = 0,
): GatherLayer {
  return built<GatherLayer>(spec, {
    kind: "gather",
    name,
    constant,
    outputShape,
    prepare: prepareGather,
    sources,
  });
}

function checkRank(input: Shape, axes: number, name: string): void {
  if (input.length !== axes)
    throw new ShapeError(`${name}: samples must have ${axes} axes, got [${input}].`, {
      got: input,
    });
}
