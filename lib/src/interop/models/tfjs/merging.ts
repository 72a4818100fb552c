import { maximum, minimum } from "../../../nn/layers/choices.js";
import { rescale } from "../../../nn/layers/functions.js";
import { matmul, multiply } from "../../../nn/layers/products.js";
import { sumAlong } from "../../../nn/layers/alongAxes.js";
import { expand } from "../../../nn/layers/gather.js";
import { add, concat } from "../../../nn/layers/structure.js";
import type { Shape } from "../../../core/tensor.js";
import type { GraphValue } from "../../../nn/network/graphParts.js";
import { axisHere, builder, ofRank, plainly } from "./building.js";
import { joinOrders, sameOrder } from "./channelOrder.js";
import { addPart, settled, shapeHere, type Importer, type Value } from "./importer.js";
import type { Importing } from "./importing.js";
import type { Settings } from "./settings.js";

/** Values to be merged, of one shape after repetition, in one order. */
interface Equal {
  readonly values: readonly Value[];
  readonly shape: Shape;
}

/** The values repeated along axes of extent 1, and those that they lack in front, as Keras does. */
function equal(
  importer: Importer,
  settings: Settings,
  inputs: readonly Value[],
  title: string,
): Equal {
  const first = several(inputs, settings.fault).map((value) => settled(importer, value, title));
  const same = first.every(({ shape }) => shape.join() === first[0].shape.join());
  if (same && first.every(({ order }) => sameOrder(order, first[0].order)))
    return { values: first, shape: first[0].shape };
  const rank = Math.max(...first.map(({ shape }) => shape.length));
  const values = first.map((value) => ofRank(importer, plainly(importer, value, title), rank));
  const shape = values[0].shape.map((_, axis) =>
    Math.max(...values.map((value) => value.shape[axis])),
  );
  const fits = values.every((value) =>
    value.shape.every((extent, axis) => extent === 1 || extent === shape[axis]),
  );
  if (!fits) {
    const shapes = values.map((value) => `[${value.shape}]`).join(" and ");
    settings.fault(`merges shapes ${shapes}, which must be the same, or 1 where they differ`);
  }
  return { values, shape };
}

/** The same with what is repeated in full. */
function repeated(importer: Importer, { values, shape }: Equal): GraphValue[] {
  const { then } = builder(importer);
  return values.map((value) =>
    value.shape.join() === shape.join() ? value : then(expand(shapeHere(shape)), value),
  );
}

const ordered = ({ values, shape }: Equal, index: number): Value => {
  const [{ order }] = values;
  return { index, shape, ...(order && { order }) };
};

export type MergeName = "Add" | "Subtract" | "Average" | "Maximum" | "Minimum";

export const importMerge =
  (name: MergeName): Importing =>
  (importer, settings, inputs, _weights, title) => {
    const own = equal(importer, settings, inputs, title);
    const values = repeated(importer, own);
    const { then } = builder(importer);
    if (name === "Maximum" || name === "Minimum") {
      const layer = name === "Maximum" ? maximum() : minimum();
      return ordered(own, values.reduce((a, b) => then(layer, a, b)).index);
    }
    if (name === "Subtract" && values.length !== 2)
      settings.fault(`takes ${values.length} values, two are subtracted`);
    const terms = name === "Subtract" ? [values[0], then(rescale(-1), values[1])] : values;
    const sum = then(add(), ...terms);
    const made = name === "Average" ? then(rescale(1 / terms.length), sum) : sum;
    return ordered(own, made.index);
  };

/** Products, of which masks weigh the others. */
export const importMultiply: Importing = (importer, settings, inputs, _weights, title) => {
  const own = equal(importer, settings, inputs, title);
  const { then } = builder(importer);
  const [first, ...others] = own.values;
  let signal: GraphValue & { readonly mask?: boolean } = first;
  for (const other of others) {
    const [a, b] = [signal.mask === true, other.mask === true];
    const { index } = then(multiply(a === b ? {} : { signal: a ? 1 : 0 }), signal, other);
    signal = { index, mask: a && b };
  }
  const made = ordered(own, signal.index);
  return signal.mask === true ? { ...made, mask: true } : made;
};

export const importConcatenate: Importing = (importer, settings, inputs, _weights, title) => {
  const given = several(inputs, settings.fault).map((value) => settled(importer, value, title));
  const [{ shape }] = given;
  const rank = shape.length;
  const axis = settings.raw("axis") ?? -1;
  const here = axisHere(settings, "axis", axis, rank);
  const apart = (value: Value): string =>
    value.shape.filter((_, k) => k !== (here === 0 ? rank - 1 : here - 1)).join();
  if (given.some((value) => value.shape.length !== rank || apart(value) !== apart(given[0]))) {
    settings.fault(`joins shapes ${given.map((value) => `[${value.shape}]`).join(" and ")}`);
  }
  const order =
    rank === 1
      ? joinOrders(given.map((value) => ({ length: value.shape[0], order: value.order })))
      : undefined;
  const inputs_ = given.map((value) => value.index);
  const index = addPart(importer, { layer: here === 0 ? concat() : concat(here), inputs: inputs_ });
  const place = here === 0 ? rank - 1 : here - 1;
  const total = given.reduce((sum, value) => sum + value.shape[place], 0);
  const made = shape.map((extent, k) => (k === place ? total : extent));
  return { index, shape: made, ...(order && { order }) };
};

/** Σ over one axis of each of two values: of two vectors, or of all pairs of rows. */
export const importDot: Importing = (importer, settings, inputs, _weights, title) => {
  const values = several(inputs, settings.fault).map((value) => plainly(importer, value, title));
  const [a, b] = values;
  const axes = [settings.raw("axes") ?? -1].flat();
  const [axisA, axisB = axisA] = axes;
  const here = [
    axisHere(settings, "axes", axisA, a.shape.length),
    axisHere(settings, "axes", axisB, b.shape.length),
  ];
  if (settings.flag("normalize", false)) settings.fault("normalize must be false");
  const { then } = builder(importer);
  if (a.shape.length === 1 && b.shape.length === 1) {
    const { index } = then(sumAlong([0], { keep: true }), then(multiply(), a, b));
    return { index, shape: [1] };
  }
  if (values.length !== 2 || a.shape.length !== 2 || b.shape.length !== 2) {
    settings.fault(`takes [${a.shape}] and [${b.shape}]; two vectors or two matrices are known`);
    return a;
  }
  // [rows of b, rows of a], which is [rows of a, rows of b] with the last axis first
  const layer = matmul({ transposeA: here[1] === 0, transposeB: here[0] === 1 });
  const { index } = then(layer, b, a);
  const rest = (value: Value, axis: number): number => value.shape[axis === 0 ? 0 : 1];
  return { index, shape: [rest(a, here[0]), rest(b, here[1])] };
};

function several(inputs: readonly Value[], fault: (what: string) => void): readonly Value[] {
  if (inputs.length > 1) return inputs;
  fault(`takes ${inputs.length} input(s), two or more are needed`);
  return [...inputs, ...inputs];
}
