import { size, type Shape } from "../../../../../core/tensor.js";
import type { Exporters, Exporting } from "../exporter.js";
import { castTo, type Exported } from "../exporting.js";

/** The largest entries of lines, or their places. */
function largest(
  { inputs: [x], putAll, put, ints }: Exporting,
  k: number,
  axis: number,
  smallest: boolean,
  places: boolean,
): string | Omit<Exported, "shape"> {
  const settings = { axis: { int: axis + 1 }, largest: { int: smallest ? 0 : 1 } };
  const [entries, at] = putAll("TopK", [x.name, ints([k])], settings, 2);
  if (!places) return entries;
  const name = put("Cast", [at], castTo("float32"));
  return { name, places: { name: at, below: x.shape[axis] } };
}

/** Numbers as places along an axis, and whether each is one: those outside give 0. */
function placesOf(
  { put, floats }: Exporting,
  at: Exported,
  length: number,
): { readonly places: string; readonly inside?: string } {
  if (at.places && at.places.below <= length) return { places: at.places.name };
  const whole = put("Floor", [at.name]);
  const bound = (value: number): string => floats([value], []);
  const least = put("GreaterOrEqual", [at.name, bound(-length)]);
  const most = put("Less", [at.name, bound(length)]);
  const inside = put("And", [put("Equal", [at.name, whole]), put("And", [least, most])]);
  const kept = put("Clip", [whole, bound(-length), bound(length - 1)]);
  return { places: put("Cast", [kept], castTo("int64")), inside };
}

/** Entries of x at places along an axis, which differ from sample to sample. */
function gathered(own: Exporting, axis: number, elements: boolean): string {
  const [x, at] = own.inputs;
  const { put, floats, shaped } = own;
  const { places, inside } = placesOf(own, at, x.shape[axis]);
  const found = elements
    ? put("GatherElements", [x.name, places], { axis: { int: axis + 1 } })
    : gatheredLines(own, places, axis);
  if (inside === undefined) return found;
  const before = elements ? [] : x.shape.slice(0, axis).map(() => 1);
  const after = elements ? [] : x.shape.slice(axis + 1).map(() => 1);
  const mask = shaped({ name: inside, shape: at.shape }, [...before, ...at.shape, ...after]);
  return put("Where", [mask, found, floats([0], [])]);
}

/** [N, …before, …places, …after], of lines that lie first, behind the batch. */
function gatheredLines({ inputs: [x, at], put, shaped }: Exporting, places: string, axis: number) {
  const axes = x.shape.map((_, k) => k + 1);
  const rest = axes.filter((own) => own !== axis + 1);
  const first = axis === 0 ? x.name : put("Transpose", [x.name], order([0, axis + 1, ...rest]));
  const one = shaped({ name: places, shape: at.shape }, [...at.shape, 1]);
  const found = put("GatherND", [first, one], { batch_dims: { int: 1 } });
  if (axis === 0) return found;
  const many = at.shape.length;
  const before = Array.from({ length: axis }, (_, k) => 1 + many + k);
  const own = at.shape.map((_, k) => 1 + k);
  const after = x.shape.slice(axis + 1).map((_, k) => 1 + many + axis + k);
  return put("Transpose", [found], order([0, ...before, ...own, ...after]));
}

const order = (perm: Shape): { readonly perm: { readonly ints: Shape } } => ({
  perm: { ints: perm },
});

const all =
  (operator: string) =>
  ({ inputs, put }: Exporting): string =>
    put(
      operator,
      inputs.map(({ name }) => name),
    );

/** Layers that find their entries from the values. */
export const choices: Exporters<
  "topK" | "gatherAt" | "expandLike" | "where" | "maximum" | "minimum"
> = {
  topK: (own, { k, axis = 0, smallest = false, places = false }) =>
    largest(own, k, axis, smallest, places),
  gatherAt: (own, { axis = 0, elements = false }) => gathered(own, axis, elements),
  expandLike({ inputs: [x, like], put, aligned }) {
    const own = aligned(x, like.shape.length);
    return size(x.shape) === size(like.shape)
      ? own
      : put("Expand", [own, put("Shape", [like.name])]);
  },
  where({ inputs: [condition, a, b], put }) {
    const truth = put("Cast", [condition.name], castTo("bool"));
    return put("Where", [truth, a.name, b.name]);
  },
  maximum: all("Max"),
  minimum: all("Min"),
};
