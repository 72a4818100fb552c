import { sumAlong } from "../../../../nn/layers/alongAxes.js";
import { quoted } from "../../../../core/printable.js";
import { input, refused, type Call, type OnnxOperator } from "../call.js";
import { alongAxes } from "../importing.js";
import { isKnown, size, viewed, type Value } from "../value.js";
import { matrixProduct, rowsTimes } from "./linear.js";
import { transposed } from "./movement.js";

/** A value with a letter for each of its axes. */
interface Lettered {
  readonly value: Value;
  readonly letters: string;
}

/**
 * Σ over all letters that the result does not have, of products of entries with equal letters:
 * "bij,bjk->bik". Two values at a time, as matrices: letters that both have and the rest still
 * needs count stacks, those that nobody needs any more are summed.
 */
function einsum(call: Call): Value {
  const { operands, result } = equationOf(call);
  const [first, ...rest] = operands;
  const needed = (k: number): string =>
    operands.slice(k).reduce((all, { letters }) => all + letters, result);
  const own = rest.reduce(
    (a, b, k) => productOf(call, without(call, a, needed(k + 1)), b, needed(k + 2)),
    first,
  );
  return ordered(call, without(call, own, result), result).value;
}

/** The equation with letters for "…", and the result's where it was left out. */
function equationOf(call: Call) {
  const equation = call.node.attributes.text("equation", "").replaceAll(" ", "");
  const [left, right] = equation.split("->");
  const terms = left.split(",");
  const values = call.node.inputs.map((_, k) => input(call, k));
  const fail = (): never => {
    const shapes = values.map(({ shape }) => `[${shape}]`).join(", ");
    throw refused(
      call,
      `has the equation ${quoted(equation)} for ${shapes}`,
      "Give each axis one letter, and no letter twice in a term",
    );
  };
  if (terms.length !== values.length) fail();
  const missing = values.map(({ shape }, k) => shape.length - terms[k].replace("...", "").length);
  const dots = "0123456789".slice(0, Math.max(0, ...missing));
  const extents = new Map<string, number>();
  const operands = values.map((value, k): Lettered => {
    const own = terms[k].includes("...") ? missing[k] : 0;
    const letters = terms[k].replace("...", own > 0 ? dots.slice(-own) : "");
    const fits = letters.length === value.shape.length && new Set(letters).size === letters.length;
    if (!fits) fail();
    value.shape.forEach((extent, axis) => {
      const before = extents.get(letters[axis]) ?? extent;
      if (before !== extent) fail();
      extents.set(letters[axis], extent);
    });
    return { value, letters };
  });
  const all = operands.map(({ letters }) => letters).join("");
  const once = [...new Set(all)].filter((c) => all.split(c).length === 2 && !dots.includes(c));
  const result =
    right?.replace("...", dots) ?? dots + once.sort((a, b) => (a < b ? -1 : 1)).join("");
  if (![...result].every((c) => extents.has(c)) || new Set(result).size < result.length) fail();
  return { operands, result };
}

/** Sums over letters that nobody needs. */
function without(call: Call, { value, letters }: Lettered, needed: string): Lettered {
  const gone = [...letters].flatMap((c, axis) => (needed.includes(c) ? [] : [axis]));
  if (gone.length === 0) return { value, letters };
  const kept = value.shape.map((extent, axis) => (gone.includes(axis) ? 1 : extent));
  const real = gone.filter((axis) => value.shape[axis] > 1);
  const sum =
    real.length === 0
      ? value
      : alongAxes(call.importing, value, real, (own) => sumAlong(own, { keep: true }), kept);
  const left = (_: unknown, axis: number): boolean => !gone.includes(axis);
  return {
    value: viewed(sum, value.shape.filter(left)),
    letters: [...letters].filter(left).join(""),
  };
}

function ordered(call: Call, { value, letters }: Lettered, order: string): Lettered {
  return {
    value: transposed(
      call,
      value,
      [...order].map((c) => letters.indexOf(c)),
    ),
    letters: order,
  };
}

function productOf(call: Call, a: Lettered, b: Lettered, needed: string): Lettered {
  const right = without(call, b, needed + a.letters);
  const both = [...a.letters].filter((c) => right.letters.includes(c));
  const stack = both.filter((c) => needed.includes(c)).join("");
  const summed = both.filter((c) => !needed.includes(c)).join("");
  const only = (own: string, other: string): string =>
    [...own].filter((c) => !other.includes(c)).join("");
  const rows = only(a.letters, right.letters);
  const columns = only(right.letters, a.letters);
  const extent = (c: string): number =>
    a.letters.includes(c)
      ? a.value.shape[a.letters.indexOf(c)]
      : right.value.shape[right.letters.indexOf(c)];
  const extents = (letters: string): number[] => [...letters].map(extent);
  const count = (letters: string): number => size(extents(letters));
  const letters = stack + rows + columns;
  const shape = extents(letters);
  const one = ordered(call, a, stack + rows + summed).value;
  const other = ordered(call, right, stack + summed + columns).value;
  const matrix = viewed(other, [count(summed), count(columns)]);
  if (!isKnown(one) && isKnown(matrix) && stack === "") {
    const flat = viewed(one, [count(rows), count(summed)]);
    return { value: viewed(rowsTimes(call, flat, matrix, undefined), shape), letters };
  }
  const product = matrixProduct(
    call,
    viewed(one, [...extents(stack), count(rows), count(summed)]),
    viewed(other, [...extents(stack), count(summed), count(columns)]),
    {},
  );
  return { value: viewed(product, shape), letters };
}

/** Sums of products by letters. */
export const sums: Readonly<Record<string, OnnxOperator>> = {
  Einsum: {
    becomes: "dense or objectDense beside weights, else matmul; sumAlong, transpose",
    without: "a letter twice in one term",
    read: einsum,
  },
};
