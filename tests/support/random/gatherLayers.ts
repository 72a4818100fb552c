import { size, type Shape } from "phaselens/core";
import { operations, type Layer } from "phaselens/nn";
import { indices, placeOf, type Draw } from "./draw.js";
import { range, type Naive, type Sums } from "./naive.js";
import type { RandomLayer } from "./randomLayer.js";

const { crop, expand, gather, maximumAlong, meanAlong, pad, sumAlong, take, transpose } =
  operations;

const anywhere = [0, 1, 2, 3] as const;

/** Entry of the input at each place, −1 for a constant. */
function entries(list: readonly number[], constant?: number): Sums {
  const terms = list.flatMap((i, j) => (i < 0 ? [] : [{ i, j }]));
  return { kind: "sums", outputs: list.length, terms, ...(constant !== undefined && { constant }) };
}

/** The entry of the input that each index of the output takes. */
const through = (
  input: Shape,
  output: Shape,
  back: (index: readonly number[]) => number[],
): number[] => indices(output).map((index) => placeOf(back(index), input));

const permutation = (draw: Draw, count: number): number[] => {
  const left = range(count);
  return range(count).map(() => left.splice(draw.below(left.length), 1)[0]);
};

/** Some axes, at least one. */
const someAxes = (draw: Draw, count: number): number[] => {
  const chosen = range(count).filter(() => draw.below(2) === 0);
  return chosen.length > 0 ? chosen : [draw.below(count)];
};

function reduction(
  build: (axes: readonly number[], options: { keep: boolean }) => Layer,
  naive: (windows: readonly (readonly number[])[]) => Naive,
): RandomLayer {
  return {
    space: anywhere,
    draw(draw, [shape]) {
      const axes = someAxes(draw, shape.length);
      const own = shape.map((extent, k) => (axes.includes(k) ? 1 : extent));
      const inner = shape.map((extent, k) => (axes.includes(k) ? extent : 1));
      const windows = indices(own).map((at) =>
        indices(inner).map((within) =>
          placeOf(
            at.map((a, k) => a + within[k]),
            shape,
          ),
        ),
      );
      return { layer: build(axes, { keep: draw.below(2) === 0 }), naive: naive(windows) };
    },
  };
}

const sums =
  (coefficient: (entries: number) => number) =>
  (windows: readonly (readonly number[])[]): Sums => ({
    kind: "sums",
    outputs: windows.length,
    terms: windows.flatMap((window, j) =>
      window.map((i) => ({ i, j, coefficient: coefficient(window.length) })),
    ),
  });

export const gatherLayers = {
  transpose: {
    space: anywhere,
    draw(draw, [shape]) {
      const axes = permutation(draw, shape.length);
      const output = axes.map((axis) => shape[axis]);
      const list = through(shape, output, (index) => shape.map((_, k) => index[axes.indexOf(k)]));
      return { layer: transpose(axes), naive: entries(list) };
    },
  },
  crop: {
    space: anywhere,
    draw(draw, [shape]) {
      const axis = draw.below(shape.length);
      const step = draw.among([1, 2, -1]);
      const start = draw.below(shape[axis]);
      const most = step > 0 ? Math.ceil((shape[axis] - start) / step) : start + 1;
      const count = 1 + draw.below(most);
      const output = shape.map((extent, k) => (k === axis ? count : extent));
      const list = through(shape, output, (index) =>
        index.map((at, k) => (k === axis ? start + step * at : at)),
      );
      return { layer: crop(axis, start, count, step), naive: entries(list) };
    },
  },
  take: {
    space: anywhere,
    draw(draw, [shape]) {
      const axis = draw.below(shape.length);
      const places = range(1 + draw.below(4)).map(() => draw.below(shape[axis]));
      const output = shape.map((extent, k) => (k === axis ? places.length : extent));
      const list = through(shape, output, (index) =>
        index.map((at, k) => (k === axis ? places[at] : at)),
      );
      return { layer: take(axis, places), naive: entries(list) };
    },
  },
  expand: {
    space: [0, 1, 2],
    draw(draw, [shape]) {
      const more = draw.below(2);
      const to = [
        ...range(more).map(() => 1 + draw.below(3)),
        ...shape.map((extent) => (extent === 1 ? 1 + draw.below(3) : extent)),
      ];
      const list = through(shape, to, (index) =>
        shape.map((extent, k) => (extent === 1 ? 0 : index[k + more])),
      );
      return { layer: expand(to), naive: entries(list) };
    },
  },
  pad: {
    space: anywhere,
    draw(draw, [shape]) {
      const sides = shape.map(() => [draw.below(2), draw.below(3)] as const);
      const constant = draw.among([0, 0.7]);
      const output = shape.map((extent, k) => extent + sides[k][0] + sides[k][1]);
      const list = through(shape, output, (index) => index.map((at, k) => at - sides[k][0]));
      return { layer: pad(sides, constant), naive: entries(list, constant) };
    },
  },
  gather: {
    space: anywhere,
    draw(draw, [shape]) {
      const to = [1 + draw.below(3), 1 + draw.below(3)];
      const list = range(size(to)).map(() => draw.below(size(shape) + 1) - 1);
      const constant = draw.among([0, -0.4]);
      return { layer: gather(to, list, constant), naive: entries(list, constant) };
    },
  },
  sumAlong: reduction(
    sumAlong,
    sums(() => 1),
  ),
  meanAlong: reduction(
    meanAlong,
    sums((count) => 1 / count),
  ),
  maximumAlong: reduction(maximumAlong, (windows) => ({ kind: "largest", windows })),
} satisfies Record<string, RandomLayer>;
