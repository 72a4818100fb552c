import { size, type Shape } from "phaselens/core";
import type { LayerRule } from "phaselens/lrp";
import { matmul, multiply, operations } from "phaselens/nn";
import type { Builder } from "./builder.js";
import { indices, placeOf, type Draw } from "./draw.js";
import {
  addProduct,
  addScaled,
  affine,
  composed,
  constant,
  exp,
  log,
  product,
  reciprocal,
  sum,
  type HyperDual,
} from "./hyperDual.js";
import { range, type Computed } from "./naive.js";
import type { RandomLayer } from "./randomLayer.js";

const { normalise, softmaxAlong } = operations;

/** y_j is the sum of products of entries a and b, counted through both inputs. */
type Products = readonly (readonly (readonly [a: number, b: number])[])[];

function productsOf(terms: Products, signal: 0 | 1 | undefined, sums: boolean): Computed {
  return {
    kind: "computed",
    f: (x) =>
      terms.map((own) => {
        const y = constant(0);
        for (const [a, b] of own) addProduct(y, 1, x[a], x[b]);
        return y;
      }),
    handBack(rule, x, y, r) {
      const shares = new Float64Array(x.length);
      const whole = signal !== undefined && rule!.name === "signal takes all";
      const [toA, toB] = whole ? [1 - signal, signal] : [0.5, 0.5];
      terms.forEach((own, j) => {
        const { stabiliser = 0 } = rule as { stabiliser?: number };
        const z = y[j] < 0 ? y[j] - stabiliser : y[j] + stabiliser;
        for (const [a, b] of own) {
          const one = sums ? (x[a] * x[b] * r[j]) / z : r[j];
          const share = Number.isFinite(one) ? one : 0;
          shares[a] += toA * share;
          shares[b] += toB * share;
        }
      });
      return shares;
    },
  };
}

const signalOf = (draw: Draw): 0 | 1 | undefined => draw.among([undefined, 0, 1] as const);

/** Another value brought to a shape, through a dense layer if it has other entries. */
function partner(builder: Builder, shape: Shape, draw: Draw, lowest: number): number | undefined {
  const other = lowest + draw.below(builder.shapes.length - lowest);
  const sized = builder.sized(other, size(shape));
  return sized === undefined ? undefined : builder.shaped(sized, shape);
}

const multiplyLayer: RandomLayer = {
  space: [0, 1, 2],
  inputs(builder, value, draw, lowest) {
    const shape = builder.shapes[value];
    const own = shape.map((extent) => (draw.below(3) === 0 ? 1 : extent));
    const less = draw.below(4) === 0 && shape.length > 1 ? own.slice(1) : own;
    const other = partner(builder, less, draw, lowest);
    if (other === undefined) return undefined;
    return draw.below(2) === 0 ? [value, other] : [other, value];
  },
  example: [
    [3, 4],
    [3, 1],
  ],
  draw(draw, [a, b]) {
    const axes = Math.max(a.length, b.length);
    const wide = (shape: Shape): number[] => [...range(axes - shape.length).map(() => 1), ...shape];
    const [left, right] = [wide(a), wide(b)];
    const output = left.map((extent, k) => Math.max(extent, right[k]));
    const at = (shape: Shape, index: readonly number[]): number =>
      placeOf(
        index.map((place, k) => (shape[k] === 1 ? 0 : place)),
        shape,
      );
    const terms = indices(output).map((index) => [
      [at(left, index), size(a) + at(right, index)] as const,
    ]);
    const signal = signalOf(draw);
    return { layer: multiply({ signal }), naive: productsOf(terms, signal, false) };
  },
};

const matmulLayer: RandomLayer = {
  space: [1, 2],
  inputs(builder, value, draw, lowest) {
    const [rows, depth] = builder.shapes[value].slice(-2);
    const columns = 1 + draw.below(3);
    const outer = builder.shapes[value].slice(0, -2).map((n) => (draw.below(2) === 0 ? 1 : n));
    const [q, n] = draw.below(2) === 0 ? [depth, columns] : [rows, columns];
    const shape = [...outer, ...(draw.below(2) === 0 ? [q, n] : [n, q])];
    const other = partner(builder, shape, draw, lowest);
    return other === undefined ? undefined : [value, other];
  },
  example: [
    [2, 3, 4],
    [4, 3],
  ],
  draw(draw, [a, b]) {
    const ways = range(4)
      .map((k) => ({ transposeA: k % 2 === 1, transposeB: k > 1 }))
      .filter(
        ({ transposeA, transposeB }) => a.at(transposeA ? -2 : -1) === b.at(transposeB ? -1 : -2),
      );
    if (ways.length === 0) return undefined;
    const { transposeA, transposeB } = draw.among(ways);
    const [rows, depth] = transposeA ? a.slice(-2).reverse() : a.slice(-2);
    const columns = transposeB ? b.at(-2)! : b.at(-1)!;
    const axes = Math.max(a.length, b.length) - 2;
    const outerOf = (shape: Shape): number[] => [
      ...range(axes + 2 - shape.length).map(() => 1),
      ...shape.slice(0, -2),
    ];
    const [left, right] = [outerOf(a), outerOf(b)];
    const outer = left.map((extent, k) => Math.max(extent, right[k]));
    const matrix = (shape: Shape, index: readonly number[]): number =>
      placeOf(
        index.map((place, k) => (shape[k] === 1 ? 0 : place)),
        shape,
      );
    const terms = (outer.length > 0 ? indices(outer) : [[]]).flatMap((index) => {
      const [m, n] = outer.length > 0 ? [matrix(left, index), matrix(right, index)] : [0, 0];
      return range(rows).flatMap((i) =>
        range(columns).map((j) =>
          range(depth).map((k) => {
            const inA = transposeA ? k * rows + i : i * depth + k;
            const inB = transposeB ? j * depth + k : k * columns + j;
            return [m * rows * depth + inA, size(a) + n * depth * columns + inB] as const;
          }),
        ),
      );
    });
    const signal = signalOf(draw);
    const layer = matmul({ signal, transposeA, transposeB });
    return { layer, naive: productsOf(terms, signal, true) };
  },
};

/** Entries that agree in all axes but some. */
function groups(shape: Shape, axes: readonly number[]): number[][] {
  const own = shape.map((extent, k) => (axes.includes(k) ? 1 : extent));
  const inner = shape.map((extent, k) => (axes.includes(k) ? extent : 1));
  return indices(own).map((at) =>
    indices(inner).map((within) =>
      placeOf(
        at.map((a, k) => a + within[k]),
        shape,
      ),
    ),
  );
}

function softmaxOf(lines: readonly number[][], logarithm: boolean): Computed {
  return {
    kind: "computed",
    f(x) {
      const y = x.map(() => constant(0));
      for (const line of lines) {
        const most = Math.max(...line.map((i) => x[i][0]));
        const e = line.map((i) => exp(affine(1, x[i], -most)));
        const total = e.reduce(sum, constant(0));
        line.forEach((i, k) => {
          const s = product(e[k], reciprocal(total));
          y[i] = logarithm ? sum(affine(1, x[i], -most), affine(-1, log(total))) : s;
        });
      }
      return y;
    },
    handBack(_rule, x, y, r) {
      const shares = new Float64Array(x.length);
      for (const line of lines) {
        for (const i of line) {
          for (const j of line) {
            const s = logarithm ? Math.exp(y[i]) : y[i];
            const one = logarithm ? r[j] / y[j] : r[j];
            const share = x[i] * ((i === j ? 1 : 0) - s) * one;
            shares[i] += Number.isFinite(share) ? share : 0;
          }
        }
      }
      return shares;
    },
  };
}

const softmaxLayer: RandomLayer = {
  space: [0, 1, 2, 3],
  draw(draw, [shape]) {
    const axis = draw.below(shape.length);
    const logarithm = draw.below(3) === 0;
    return {
      layer: softmaxAlong(axis, { log: logarithm }),
      naive: softmaxOf(groups(shape, [axis]), logarithm),
    };
  },
};

const root = (x: HyperDual): HyperDual => {
  const y = Math.sqrt(x[0]);
  return composed(x, y, 0.5 / y, -0.25 / (y * x[0]));
};

function normalisedOf(members: readonly number[][], centred: boolean, epsilon: number): Computed {
  return {
    kind: "computed",
    f(x) {
      const y = x.map(() => constant(0));
      for (const group of members) {
        const mean = constant(0);
        if (centred) for (const i of group) addScaled(mean, 1 / group.length, x[i]);
        const variance = constant(epsilon);
        const apart = group.map((i) => sum(x[i], affine(-1, mean)));
        for (const one of apart) addProduct(variance, 1 / group.length, one, one);
        const inverse = reciprocal(root(variance));
        group.forEach((i, k) => (y[i] = product(apart[k], inverse)));
      }
      return y;
    },
    handBack(rule: LayerRule | undefined, x, _y, r) {
      if (!centred || rule!.name === "identity") return r;
      const shares = new Float64Array(x.length);
      for (const group of members) {
        const mean = group.reduce((total, i) => total + x[i] / group.length, 0);
        for (const i of group) {
          for (const j of group) {
            const q = r[j] / (x[j] - mean);
            shares[i] +=
              x[i] * ((i === j ? 1 : 0) - 1 / group.length) * (Number.isFinite(q) ? q : 0);
          }
        }
      }
      return shares;
    },
  };
}

const normaliseLayer: RandomLayer = {
  space: [0, 1, 2],
  draw(draw, [shape]) {
    const chosen = range(shape.length).filter(() => draw.below(2) === 0);
    const axes = chosen.length > 0 ? chosen : [draw.below(shape.length)];
    const [centred, epsilon] = [draw.below(3) > 0, draw.among([0.3, 1])];
    return {
      layer: normalise(axes, { epsilon, centred }),
      naive: normalisedOf(groups(shape, axes), centred, epsilon),
    };
  },
};

export const productLayers = {
  multiply: multiplyLayer,
  matmul: matmulLayer,
  softmaxAlong: softmaxLayer,
  normalise: normaliseLayer,
};
