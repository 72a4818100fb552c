import { size, type Shape } from "phaselens/core";
import { add, operations } from "phaselens/nn";
import { indices } from "./draw.js";
import { addProduct, affine, constant as fixed } from "./hyperDual.js";
import { range, type Computed, type Naive } from "./naive.js";
import type { Drawn, RandomLayer } from "./randomLayer.js";

const { constant, parameter, scaling } = operations;

const scalingLayer: RandomLayer = {
  space: [0, 1, 2],
  draw(draw, [shape]) {
    const axis = draw.below(shape.length);
    const features = shape[axis];
    const bias = draw.below(3) > 0;
    const count = features * (bias ? 2 : 1);
    const values =
      draw.below(2) === 0 ? range(count).map((k) => 0.5 + 0.3 * ((k * 7) % 5)) : undefined;
    const channel = indices(shape).map((index) => index[axis]);
    const naive: Computed = {
      kind: "computed",
      f: (x, theta) =>
        x.map((one, i) => {
          const of = (p: number) => (values ? fixed(values[p]) : theta[p]);
          const y = bias ? affine(1, of(features + channel[i])) : fixed(0);
          addProduct(y, 1, of(channel[i]), one);
          return y;
        }),
      handBack: (_rule, _x, _y, r) => r,
    };
    return { layer: scaling(features, { axis, bias, ...(values && { values }) }), naive };
  },
};

/** A value that nothing makes, added to one that there is. */
function source(make: (shape: Shape) => Drawn): RandomLayer {
  return {
    space: [0, 1, 2],
    inputs(builder, value, draw) {
      const shape = builder.shapes[value];
      const made = builder.add(make(shape), []);
      if (made === undefined) return undefined;
      const width = size(shape);
      const terms = range(width).flatMap((j) => [
        { i: j, j },
        { i: width + j, j },
      ]);
      const naive: Naive = { kind: "sums", outputs: width, terms };
      const order = draw.below(2) === 0 ? [value, made] : [made, value];
      builder.add({ layer: add(), naive }, order);
      return undefined;
    },
    example: [],
    draw: (draw) => make([1 + draw.below(3), 2]),
  };
}

const kept: Computed["handBack"] = () => [];

export const scalingLayers = {
  scaling: scalingLayer,
  parameter: source((shape) => ({
    layer: parameter(shape, 0.5),
    naive: {
      kind: "computed",
      f: (_x, theta) => range(size(shape)).map((p) => affine(1, theta[p])),
      handBack: kept,
    },
  })),
  constant: source((shape) => {
    const values = range(size(shape)).map((k) => 0.7 - 0.3 * ((k * 5) % 4));
    return {
      layer: constant(shape, values),
      naive: { kind: "computed", f: () => values.map(fixed), handBack: kept },
    };
  }),
};
