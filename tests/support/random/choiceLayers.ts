import { size, type Shape } from "phaselens/core";
import { operations } from "phaselens/nn";
import type { Builder } from "./builder.js";
import { indices, placeOf, type Draw } from "./draw.js";
import { affine, constant } from "./hyperDual.js";
import { range, type Computed } from "./naive.js";
import type { RandomLayer } from "./randomLayer.js";

const { expandLike, gatherAt, mathFunction, maximum, minimum, topK, where } = operations;

/** y = the entries that `pick` finds from the values, −1 for 0. */
function chosen(
  pick: (x: readonly number[]) => readonly number[],
  gaps?: Computed["gaps"],
): Computed {
  return {
    kind: "computed",
    f: (x) => pick(x.map(([value]) => value)).map((i) => (i < 0 ? constant(0) : affine(1, x[i]))),
    handBack(_rule, x, _y, r) {
      const shares = new Float64Array(x.length);
      pick(x).forEach((i, j) => i >= 0 && (shares[i] += r[j]));
      return shares;
    },
    ...(gaps && { gaps }),
  };
}

/** Lines along an axis, in the order of the other axes. */
const linesOf = (shape: Shape, axis: number): number[][] =>
  indices(shape.map((extent, k) => (k === axis ? 1 : extent))).map((at) =>
    range(shape[axis]).map((e) =>
      placeOf(
        at.map((a, k) => (k === axis ? e : a)),
        shape,
      ),
    ),
  );

/** Places along each line, the largest first, the first of equals first. */
const ranked = (line: readonly number[], x: readonly number[], sign: number): number[] =>
  range(line.length).sort((a, b) => sign * (x[line[b]] - x[line[a]]) || a - b);

/** Differences of all entries of each line. */
const gapsOf =
  (lines: readonly number[][]): Computed["gaps"] =>
  (x) =>
    lines.flatMap((line) =>
      line.flatMap((i, a) => line.slice(a + 1).map((j) => Math.abs(x[i] - x[j]))),
    );

const topKLayer: RandomLayer = {
  space: [0, 1, 2],
  draw(draw, [shape]) {
    const axis = draw.below(shape.length);
    const k = 1 + draw.below(shape[axis]);
    const smallest = draw.below(2) === 0;
    const places = draw.below(4) === 0;
    const lines = linesOf(shape, axis);
    const output = shape.map((extent, a) => (a === axis ? k : extent));
    const at = linesOf(output, axis);
    const orders = (x: readonly number[]): number[][] =>
      lines.map((line) => ranked(line, x, smallest ? -1 : 1));
    const spread = (value: (line: number, rank: number) => number): number[] => {
      const list = Array<number>(size(output)).fill(0);
      at.forEach((line, l) => line.forEach((j, r) => (list[j] = value(l, r))));
      return list;
    };
    const naive: Computed = places
      ? {
          kind: "computed",
          f(x) {
            const found = orders(x.map(([value]) => value));
            return spread((l, r) => found[l][r]).map(constant);
          },
          handBack: (_rule, x) => new Float64Array(x.length),
          gaps: gapsOf(lines),
        }
      : chosen((x) => {
          const found = orders(x);
          return spread((l, r) => lines[l][found[l][r]]);
        }, gapsOf(lines));
    return { layer: topK(k, { axis, smallest, places }), naive };
  },
};

/** Features and the places of neighbours that topK found in another value. */
const gatherAtLayer: RandomLayer = {
  space: [1],
  inputs(builder, value, draw, lowest) {
    const [, objects] = builder.shapes[value];
    const other = lowest + draw.below(builder.shapes.length - lowest);
    const keys = builder.sized(other, 2 * objects);
    if (keys === undefined) return undefined;
    const table = builder.shaped(keys, [2, objects]);
    const [k, smallest] = [1 + draw.below(Math.min(3, objects)), draw.below(2) === 0];
    const lines = linesOf([2, objects], 1);
    const layer = topK(k, { axis: 1, smallest, places: true });
    const naive: Computed = {
      kind: "computed",
      f: (x) =>
        lines.flatMap((line) =>
          ranked(
            line,
            x.map(([one]) => one),
            smallest ? -1 : 1,
          )
            .slice(0, k)
            .map(constant),
        ),
      handBack: (_rule, x) => new Float64Array(x.length),
      gaps: gapsOf(lines),
    };
    const places = builder.add({ layer, naive }, [table]);
    return places === undefined ? undefined : [value, places];
  },
  example: [
    [2, 4],
    [2, 3],
  ],
  draw(draw, [[features, objects], [rows, k]]) {
    const elements = features === rows && draw.below(2) === 0;
    const naive = chosen((x) => {
      const places = x.slice(features * objects);
      const list = (c: number, p: number): number =>
        Number.isInteger(places[p]) && places[p] >= 0 && places[p] < objects
          ? c * objects + places[p]
          : -1;
      return range(features).flatMap((c) =>
        elements ? range(k).map((r) => list(c, c * k + r)) : range(rows * k).map((p) => list(c, p)),
      );
    });
    return { layer: gatherAt({ axis: 1, elements }), naive };
  },
};

/** Several values of one shape. */
function alike(count: (draw: Draw) => number, first?: "a condition"): RandomLayer["inputs"] {
  return (builder: Builder, value, draw, lowest) => {
    const shape = builder.shapes[value];
    const values = [value];
    for (let k = 1; k < count(draw); k++) {
      const other = lowest + draw.below(builder.shapes.length - lowest);
      const sized = builder.sized(other, size(shape));
      if (sized === undefined) return undefined;
      values.push(builder.shaped(sized, shape));
    }
    if (first) {
      const f: Computed["f"] = (x) => x.map(([one]) => constant(one > 0 ? 1 : 0));
      const naive: Computed = {
        kind: "computed",
        f,
        handBack: (_rule, _x, _y, r) => r,
        gaps: (x) => x.map(Math.abs),
      };
      const condition = builder.add({ layer: mathFunction("isPositive"), naive }, [values[0]]);
      if (condition === undefined) return undefined;
      values[0] = condition;
    }
    return values;
  };
}

const three = [[4], [4], [4]];

function extreme(layer: typeof maximum, sign: 1 | -1): RandomLayer {
  return {
    space: [0, 1, 2],
    inputs: alike((draw) => 2 + draw.below(2)),
    example: three,
    draw(_draw, inputs) {
      const width = size(inputs[0]);
      const lines = range(width).map((f) => inputs.map((_, k) => k * width + f));
      return {
        layer: layer(),
        naive: chosen((x) => lines.map((line) => line[ranked(line, x, sign)[0]]), gapsOf(lines)),
      };
    },
  };
}

/** Some axes summed away, and repeated again to what they were. */
const expandLikeLayer: RandomLayer = {
  space: [0, 1, 2],
  inputs(builder, value, draw, lowest) {
    const like = builder.shapes[value];
    const shape = like.map((extent) => (draw.below(2) === 0 ? 1 : extent));
    const other = lowest + draw.below(builder.shapes.length - lowest);
    const sized = builder.sized(other, size(shape));
    return sized === undefined ? undefined : [builder.shaped(sized, shape), value];
  },
  example: [
    [3, 1],
    [2, 3, 4],
  ],
  draw(_draw, [shape, like]) {
    const wide = [...range(like.length - shape.length).map(() => 1), ...shape];
    const list = indices(like).map((index) =>
      placeOf(
        index.map((at, k) => (wide[k] === 1 ? 0 : at)),
        wide,
      ),
    );
    return { layer: expandLike(), naive: chosen(() => list) };
  },
};

export const choiceLayers = {
  expandLike: expandLikeLayer,
  topK: topKLayer,
  gatherAt: gatherAtLayer,
  where: {
    space: [0, 1, 2],
    inputs: alike(() => 3, "a condition"),
    example: three,
    draw(_draw, [shape]) {
      const width = size(shape);
      const pick = (x: readonly number[]): number[] =>
        range(width).map((f) => (x[f] === 0 ? 2 : 1) * width + f);
      return { layer: where(), naive: chosen(pick) };
    },
  },
  maximum: extreme(maximum, 1),
  minimum: extreme(minimum, -1),
} satisfies Record<string, RandomLayer>;
