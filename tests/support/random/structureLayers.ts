import { size, type Shape } from "phaselens/core";
import { add, concat, dropout, flatten, reshape, slice, type Layer } from "phaselens/nn";
import { group } from "./affineLayers.js";
import { factorised } from "./draw.js";
import { copies, range } from "./naive.js";
import type { Drawn, RandomLayer } from "./randomLayer.js";

const anywhere = [0, 1, 2, 3] as const;

const asItIs = (layer: Layer, shape: Shape): Drawn => ({
  layer,
  naive: copies(range(size(shape))),
});

/** Entries of the inputs, counted through, in the order in which they are joined. */
function joined(inputs: readonly Shape[], axis: number): number[] {
  const rows = size(inputs[0].slice(0, axis));
  let start = 0;
  const runs = inputs.map((shape) => {
    const width = size(shape) / rows;
    const own = start;
    start += size(shape);
    return (row: number) => range(width, own + row * width);
  });
  return range(rows).flatMap((row) => runs.flatMap((run) => run(row)));
}

export const structureLayers = {
  flatten: { space: anywhere, draw: (_draw, [shape]) => asItIs(flatten(), shape) },
  reshape: {
    space: anywhere,
    draw(draw, [shape]) {
      const to = factorised(draw, size(shape), draw.below(4));
      const open = draw.below(3) === 0 ? draw.below(to.length) : -1;
      return asItIs(reshape(to.map((extent, k) => (k === open ? -1 : extent))), shape);
    },
  },
  dropout: {
    space: anywhere,
    draw: (draw, [shape]) => asItIs(dropout(draw.among([0.5, 0, 0.2])), shape),
  },
  slice: {
    space: [0],
    draw(draw, [[width]]) {
      const one = group(draw, width);
      return { layer: slice(one), naive: copies(range(one.features * one.objects, one.start)) };
    },
  },
  add: {
    space: anywhere,
    joins: "alike",
    draw(_draw, inputs) {
      const width = size(inputs[0]);
      const terms = range(width).flatMap((j) => inputs.map((_, k) => ({ i: k * width + j, j })));
      return { layer: add(), naive: { kind: "sums", outputs: width, terms } };
    },
  },
  concat: {
    space: anywhere,
    joins: "channels",
    draw(draw, inputs) {
      const alike = inputs.every((shape) => shape.join() === inputs[0].join());
      const axis = alike ? draw.below(inputs[0].length) : 0;
      return { layer: concat(axis), naive: copies(joined(inputs, axis)) };
    },
  },
} satisfies Record<string, RandomLayer>;
