import { count, optional, record, truth, word } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ShapeError } from "../../core/errors.js";
import { size, type Shape } from "../../core/tensor.js";
import { built } from "./builtLayer.js";
import { prepareChoice } from "./choiceStep.js";
import type { ChoiceLayer, Chooser } from "./layer.js";
import type { BuiltSpec } from "./layerSpec.js";
import { largestOf, type Precision } from "./largestOf.js";
import { broadcast, broadcastTable } from "./sourceTables.js";
import { withAxis } from "./softmaxAlong.js";

/** Options of `topK`. */
export interface TopKOptions {
  /** The axis along which entries are compared, the first being 0 (default 0). */
  readonly axis?: number;
  /** Whether the smallest entries are taken (default false). */
  readonly smallest?: boolean;
  /** Their places along the axis as numbers, in place of the entries (default false). */
  readonly places?: boolean;
  /**
   * "float32" compares entries rounded to single precision, in which padded objects tie that differ
   * by rounding here (default "float64").
   */
  readonly precision?: Precision;
}

/**
 * The k largest entries along an axis, the largest first; of equal ones the first, as ONNX has it.
 * Places have no derivative. k of all sorts.
 */
export function topK(k: number, options: TopKOptions = {}): ChoiceLayer {
  takes("topK", {
    k: [k, count(1)],
    options: [
      options,
      record({
        axis: optional(count()),
        smallest: optional(truth),
        places: optional(truth),
        precision: optional(word(["float64", "float32"])),
      }),
    ],
  });
  const { axis = 0, smallest = false, places = false, precision = "float64" } = options;
  const name = `topK(${k}${smallest ? ", smallest" : ""}${places ? ", places" : ""})`;
  const spec = {
    type: "topK",
    k,
    ...(axis > 0 && { axis }),
    ...(smallest && { smallest }),
    ...(places && { places }),
    ...(precision === "float32" && { precision }),
  };
  const outputShape = ([input]: readonly Shape[]): Shape => {
    withAxis(input, axis, name);
    if (input[axis] < k)
      throw new ShapeError(
        `${name}: samples of shape [${input}] have only ${input[axis]} entries along axis ${axis}.`,
        { got: input },
      );
    return input.map((extent, a) => (a === axis ? k : extent));
  };
  return choice(spec, name, [1, 1], outputShape, ([input]) => {
    outputShape([input]);
    const stride = size(input.slice(axis + 1));
    const length = input[axis];
    const outer = size(input.slice(0, axis));
    const width = size(input);
    const best = largestOf(k, smallest ? -1 : 1, precision);
    return ([x], sample, y, sources) => {
      for (let o = 0; o < outer; o++) {
        for (let i = 0; i < stride; i++) {
          const first = o * length * stride + i;
          const found = best(x, sample * width + first, length, stride);
          for (let r = 0; r < k; r++) {
            const f = (o * k + r) * stride + i;
            const entry = first + found[r] * stride;
            y[f] = places ? found[r] : x[sample * width + entry];
            sources[f] = places ? -1 : entry;
          }
        }
      }
    };
  });
}

/** Options of `gatherAt`. */
export interface GatherAtOptions {
  /** The axis of the first input that the places are along, the first being 0 (default 0). */
  readonly axis?: number;
  /**
   * Whether the places have the shape of the output, each for its own line, as in ONNX'
   * GatherElements (default false: one list of places for all lines, as in Gather).
   */
  readonly elements?: boolean;
}

/**
 * Entries of the first input at the places that the second says, numbers along an axis: the
 * features of neighbours that `topK` found. Of features [c, n] and places [n, k] along axis 1 it
 * makes [c, n, k]. Places < 0 count from the end; those outside are 0, and nothing is
 * differentiated by places.
 */
export function gatherAt(options: GatherAtOptions = {}): ChoiceLayer {
  takes("gatherAt", {
    options: [options, record({ axis: optional(count()), elements: optional(truth) })],
  });
  const { axis = 0, elements = false } = options;
  const name = `gatherAt(axis ${axis}${elements ? ", elements" : ""})`;
  const spec = { type: "gatherAt", ...(axis > 0 && { axis }), ...(elements && { elements }) };
  const outputShape = ([x, at]: readonly Shape[]): Shape => {
    withAxis(x, axis, name);
    if (!elements) return [...x.slice(0, axis), ...at, ...x.slice(axis + 1)];
    if (at.length !== x.length || at.some((extent, k) => k !== axis && extent !== x[k]))
      throw new ShapeError(`${name}: places of shape [${at}] do not fit values of shape [${x}].`, {
        got: at,
      });
    return at;
  };
  return choice(spec, name, [2, 2], outputShape, ([x, at]) => {
    outputShape([x, at]);
    const [inner, length, width, count] = [size(x.slice(axis + 1)), x[axis], size(x), size(at)];
    const outer = size(x.slice(0, axis));
    const many = elements ? at[axis] : count;
    const entries = new Int32Array(count); // of this sample's places
    return ([values, places], sample, y, sources) => {
      const from = sample * width;
      for (let p = 0; p < count; p++) entries[p] = placeIn(places[sample * count + p], length);
      for (let o = 0, f = 0; o < outer; o++) {
        for (let r = 0; r < many; r++) {
          for (let i = 0; i < inner; i++, f++) {
            const place = entries[elements ? f : r];
            const entry = (o * length + place) * inner + i;
            sources[f] = place < 0 ? -1 : entry;
            y[f] = place < 0 ? 0 : values[from + entry];
          }
        }
      }
    };
  });
}

/** A place as an entry of a line, −1 if it is none. */
function placeIn(given: number, length: number): number {
  const place = given < 0 ? given + length : given;
  return Number.isInteger(place) && place >= 0 && place < length ? place : -1;
}

/**
 * Where the first input is not 0 the entry of the second, elsewhere that of the third; one shape.
 */
export function where(): ChoiceLayer {
  return choice({ type: "where" }, "where", [3, 3], oneShape("where"), ([shape]) => {
    const width = size(shape);
    return ([condition, a, b], sample, y, sources) => {
      for (let f = 0, p = sample * width; f < width; f++, p++) {
        const first = condition[p] !== 0;
        y[f] = first ? a[p] : b[p];
        sources[f] = f + (first ? width : 2 * width);
      }
    };
  });
}

/** The first input repeated to the shape of the second, as NumPy broadcasts. */
export function expandLike(): ChoiceLayer {
  const outputShape = ([x, like]: readonly Shape[]): Shape => {
    if (broadcast(x, like)?.join() === like.join()) return like;
    throw new ShapeError(
      `expandLike: samples of shape [${x}] cannot be repeated to [${like}]. Extents must be 1 or equal, counted from the last axis.`,
      { got: x },
    );
  };
  return choice({ type: "expandLike" }, "expandLike", [2, 2], outputShape, ([x, like]) => {
    outputShape([x, like]);
    const [width, height] = [size(x), size(like)];
    const table = broadcastTable(x, like) ?? Int32Array.from({ length: height }, (_, f) => f);
    return ([values], sample, y, sources) => {
      const start = sample * width;
      for (let f = 0; f < height; f++) y[f] = values[start + (sources[f] = table[f])];
    };
  });
}

/** The largest entry of several inputs of one shape, entry by entry; the first of equals. */
export const maximum = (): ChoiceLayer => extreme("maximum", 1);

/** The smallest one, likewise. */
export const minimum = (): ChoiceLayer => extreme("minimum", -1);

function extreme(type: "maximum" | "minimum", sign: 1 | -1): ChoiceLayer {
  return choice({ type }, type, [2, Infinity], oneShape(type), (inputs) => {
    const width = size(inputs[0]);
    return (x, sample, y, sources) => {
      for (let f = 0, p = sample * width; f < width; f++, p++) {
        let best = 0;
        for (let k = 1; k < x.length; k++) if (sign * x[k][p] > sign * x[best][p]) best = k;
        y[f] = x[best][p];
        sources[f] = best * width + f;
      }
    };
  });
}

const oneShape =
  (name: string) =>
  (inputs: readonly Shape[]): Shape => {
    if (inputs.every((input) => input.join() === inputs[0].join())) return inputs[0];
    throw new ShapeError(
      `${name}: inputs must agree in shape, got ${inputs.map((s) => `[${s}]`).join(" and ")}.`,
    );
  };

function choice(
  spec: BuiltSpec,
  name: string,
  arity: readonly [number, number],
  outputShape: (inputs: readonly Shape[]) => Shape,
  chooser: (inputs: readonly Shape[]) => Chooser,
): ChoiceLayer {
  return built<ChoiceLayer>(spec, {
    kind: "choice",
    name,
    arity,
    outputShape,
    prepare: prepareChoice,
    chooser,
  });
}
