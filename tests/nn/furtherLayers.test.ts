import { makeRng, size, tensor, type Shape } from "phaselens/core";
import * as nn from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";
import { erfSeries } from "../support/random/functionLayers.js";
import { hasKinks } from "phaselens/internal/hessian/exact/hasKinks";
import { erf, erfSlope } from "phaselens/internal/nn/layers/errorFunction";

const op = nn.operations;

/** What one layer makes of a sample. */
function of(layer: nn.Layer, shape: Shape, values: ArrayLike<number>): number[] {
  const network = nn.graph((x, then) => then(layer, x));
  const theta = new Float64Array(network.parameterCount);
  return Array.from(nn.predict(network, theta, tensor([1, ...shape], values)).data);
}

/** f, f′ and f″ of an activation at points. */
function derivatives(layer: nn.ElementwiseLayer, x: Float64Array): Float64Array[] {
  const [y, first, second] = [0, 1, 2].map(() => new Float64Array(x.length));
  layer.value(x, y, x.length);
  layer.derivative(x, y, first, x.length);
  layer.secondDerivative(x, y, second, x.length);
  return [y, first, second];
}

const points = Float64Array.of(0.3, 0.7, 1.1, 2.9, 4.2);

describe("functions of one entry", () => {
  const wanted: Partial<Record<nn.MathFunctionName, (x: number) => number[]>> = {
    exp: (x) => [Math.exp(x), Math.exp(x), Math.exp(x)],
    log: (x) => [Math.log(x), 1 / x, -1 / x ** 2],
    sqrt: (x) => [Math.sqrt(x), 0.5 * x ** -0.5, -0.25 * x ** -1.5],
    reciprocal: (x) => [1 / x, -1 / x ** 2, 2 / x ** 3],
  };
  it.each(Object.entries(wanted))("%s has the derivatives of the textbook", (name, f) => {
    const found = derivatives(op.mathFunction(name as nn.MathFunctionName), points);
    for (const k of [0, 1, 2])
      expectAllClose(
        found[k],
        points.map((x) => f(x)[k]),
        { rtol: 1e-14 },
      );
  });

  it("power has them for a fraction too, and 0 where a factor is 0", () => {
    const found = derivatives(op.power(1.5), points);
    expectAllClose(
      found[2],
      points.map((x) => 0.75 * x ** -0.5),
      { rtol: 1e-14 },
    );
    expect(derivatives(op.power(1), Float64Array.of(0)).map(([value]) => value)).toEqual([0, 1, 0]);
  });

  it("roots of 0 have the slope 0: the length of a padded object does not move", () => {
    for (const root of [op.mathFunction("sqrt"), op.power(0.5), op.power(1 / 3)])
      expect(derivatives(root, Float64Array.of(0)).map(([value]) => value)).toEqual([0, 0, 0]);
    expect(derivatives(op.power(1.5), Float64Array.of(0)).map(([value]) => value)).toEqual([
      0, 0, 0,
    ]);
  });

  it("erf is right to the last digits, odd, and ±1 far away", () => {
    // python3 -c "import math; print([math.erf(x) for x in (…)])"
    const known = [
      [0.1, 0.1124629160182849],
      [0.37, 0.39920598404299923],
      [0.9, 0.7969082124228322],
      [1.3, 0.9340079449406524],
      [1.96, 0.9944262754648279],
      [2.41, 0.9993462015825646],
      [3.1, 0.9999883513426328],
      [3.956, 0.9999999778905782],
      [4.7, 0.9999999999700474],
      [5.9, 0.9999999999999999],
    ];
    for (const [x, y] of known) expect(Math.abs(erf(x) - y)).toBeLessThan(2.3e-16);
    const near = Float64Array.from({ length: 257 }, (_, k) => (k - 128) / 64);
    expect(Math.max(...near.map((x) => Math.abs(erf(x) - erfSeries(x))))).toBeLessThan(1e-15);
    const slope = near.map((x) => erfSlope(x) - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x));
    expect(Math.max(...slope.map(Math.abs))).toBeLessThan(5e-16);
    // Abramowitz and Stegun, Table 7.1
    expect(erf(0.5)).toBeCloseTo(0.520499877813, 12);
    expect(erf(2)).toBeCloseTo(0.995322265019, 12);
    expect([erf(1e-9) / 1e-9, erf(9), erf(-7), erf(NaN)]).toEqual([
      2 / Math.sqrt(Math.PI),
      1,
      -1,
      NaN,
    ]);
  });

  it("GELU is within 5e-4 of its approximation, and of the values of its authors' definition", () => {
    const [exact, approximate] = [nn.gelu(), nn.gelu({ approximate: "tanh" })].map(
      (layer) => derivatives(layer, points)[0],
    );
    expect(Math.max(...exact.map((y, k) => Math.abs(y - approximate[k])))).toBeLessThan(5e-4);
    expect(of(nn.gelu(), [2], [1, -1])[0]).toBeCloseTo(0.8413447460685429, 14);
    expect(of(nn.gelu(), [2], [1, -1])[1]).toBeCloseTo(-0.15865525393145707, 14);
  });

  it("round takes halves to the even number", () => {
    expect(of(op.mathFunction("round"), [6], [2.5, 3.5, -0.5, -1.5, 0.4, 7])).toEqual([
      2, 4, -0, -2, 0, 7,
    ]);
  });

  it("say where their kinks are", () => {
    const kinked = (layer: nn.Layer): boolean => hasKinks(nn.sequential([nn.dense(1, 1), layer]));
    const layers = [op.clip(1, 2), nn.hardSigmoid(), nn.hardSwish(), op.mathFunction("floor")];
    expect(layers.map(kinked)).toEqual([true, true, true, true]);
    expect([op.rescale(2), nn.gelu(), nn.silu(), op.mathFunction("erf")].map(kinked)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("choices", () => {
  it("give ties to the lowest place, the largest first", () => {
    expect(of(op.topK(3, { places: true }), [5], [1, 3, 3, 0, 3])).toEqual([1, 2, 4]);
    expect(of(op.topK(3, { smallest: true, places: true }), [5], [1, 0, 3, 0, 1])).toEqual([
      1, 3, 0,
    ]);
    expect(of(op.topK(5), [5], [1, 5, 3, 0, 3])).toEqual([5, 3, 3, 1, 0]);
    expect(of(op.topK(1, { axis: 1, places: true }), [2, 2], [1, 1, 2, 3])).toEqual([0, 1]);
  });

  it("in single precision tie where rounding makes equal", () => {
    const values = [1, 1 + 1e-9, 0];
    expect(of(op.topK(1, { places: true }), [3], values)).toEqual([1]);
    expect(of(op.topK(1, { places: true, precision: "float32" }), [3], values)).toEqual([0]);
  });

  it("gather features of neighbours, [c, n] at [n, k] to [c, n, k]", () => {
    const network = nn.graph({ x: [2, 3], at: [3, 2] }, ({ x, at }, then) =>
      then(op.gatherAt({ axis: 1 }), x, at),
    );
    const x = nn.pack(network, {
      x: tensor([1, 2, 3], [10, 11, 12, 20, 21, 22]),
      at: tensor([1, 3, 2], [0, 1, 2, -1, 5, 0]),
    });
    const y = nn.predict(network, new Float64Array(0), x);
    expect(y.shape).toEqual([1, 2, 3, 2]);
    // a place < 0 counts from the end, one outside gives 0
    expect(Array.from(y.data)).toEqual([10, 11, 12, 12, 0, 10, 20, 21, 22, 22, 0, 20]);
  });
});

describe("products", () => {
  it.each<[Shape, Shape, nn.MatmulOptions, Shape]>([
    [[2, 3], [3, 4], {}, [2, 4]],
    [[5, 3, 2], [5, 3, 4], { transposeA: true }, [5, 2, 4]],
    [[2, 1, 2, 3], [4, 5, 3], { transposeB: true }, [2, 4, 2, 5]],
    [[64, 70], [70, 65], {}, [64, 65]],
    [[70, 64], [65, 70], { transposeA: true, transposeB: true }, [64, 65]],
  ])("of matrices [%s] and [%s] %j are sums of products", (a, b, options, shape) => {
    const network = nn.graph({ a, b }, (of, then) => then(nn.matmul(options), of.a, of.b));
    const [left, right] = [randomTensor([2, ...a], 1), randomTensor([2, ...b], 2)];
    const y = nn.predict(network, new Float64Array(0), nn.pack(network, { a: left, b: right }));
    expect(y.shape).toEqual([2, ...shape]);
    const entry = (t: typeof left, n: number, index: readonly number[]): number => {
      const own = t.shape.slice(1);
      const at = index.slice(index.length - own.length).map((p, k) => (own[k] === 1 ? 0 : p));
      return t.data[own.reduce((place, extent, k) => place * extent + at[k], n)];
    };
    const depth = options.transposeA ? a[a.length - 2] : a[a.length - 1];
    for (const [p, found] of Array.from(y.data).entries()) {
      if (p % 7 !== 0) continue;
      const index = [...shape].reverse().reduce<{ rest: number; at: number[] }>(
        ({ rest, at }, extent) => ({
          rest: Math.floor(rest / extent),
          at: [rest % extent, ...at],
        }),
        { rest: p % size(shape), at: [] },
      ).at;
      const [i, j] = index.slice(-2);
      const outer = index.slice(0, -2);
      let sum = 0;
      for (let k = 0; k < depth; k++)
        sum +=
          entry(left, Math.floor(p / size(shape)), [
            ...outer,
            ...(options.transposeA ? [k, i] : [i, k]),
          ]) *
          entry(right, Math.floor(p / size(shape)), [
            ...outer,
            ...(options.transposeB ? [j, k] : [k, j]),
          ]);
      expect(found).toBeCloseTo(sum, 11);
    }
  });
});

describe("softmax and normalisation", () => {
  it("stay finite for large inputs and where something is masked", () => {
    expect(of(op.softmaxAlong(0), [3], [1000, 1000, -1e300])).toEqual([0.5, 0.5, 0]);
    const log = of(op.softmaxAlong(0, { log: true }), [2], [1000, 0]);
    expect(log).toEqual([0, -1000]);
  });

  it("normalise to mean 0 and variance 1, or to a mean square of 1", () => {
    const y = of(op.normalise([1], { epsilon: 1e-12 }), [2, 4], [1, 2, 3, 4, 5, 5, 9, 5]);
    const mean = (list: number[]): number => list.reduce((sum, v) => sum + v / list.length, 0);
    for (const line of [y.slice(0, 4), y.slice(4)]) {
      expect(mean(line)).toBeCloseTo(0, 12);
      expect(mean(line.map((v) => v * v))).toBeCloseTo(1, 10);
    }
    const rms = of(op.normalise([0], { epsilon: 1e-12, centred: false }), [3], [1, 2, 3]);
    expect(mean(rms.map((v) => v * v))).toBeCloseTo(1, 10);
  });
});

describe("a further layer that makes no sense", () => {
  it.each<[string, () => unknown, string]>([
    ["axes", () => op.transpose([0, 2]), "the axes must be 0 to 1 in some order"],
    ["rank", () => op.transpose([1, 0]).outputShape([[3]]), "must have 2 axes, got [3]"],
    ["count", () => op.crop(0, 0, 0), "count is 0; it must be a whole number"],
    ["step", () => op.crop(0, 0, 1, 0), "the step must not be 0"],
    ["extent", () => op.crop(0, 2, 3).outputShape([[4]]), "takes entries 2 to 4 along axis 0"],
    ["backwards", () => op.crop(0, 1, 3, -1).outputShape([[4]]), "takes entries -1 to 1"],
    ["places", () => op.take(0, []), "places has 0 entries"],
    ["expand", () => op.expand([2, 3]).outputShape([[2]]), "cannot be repeated to [2,3]"],
    ["sides", () => op.pad([[1, -1]]), "padding[0][1] is -1; it must be"],
    ["constant", () => op.pad([[1, 1]], NaN), "constant is NaN; it must be"],
    ["sources", () => op.gather([2], [0]), "there must be 2 sources, got 1"],
    ["source", () => op.gather([2], [0, -2]), "−1 for the constant, got -2"],
    ["entries", () => op.gather([1], [5]).outputShape([[5]]), "must have 6 entries or more"],
    ["twice", () => op.sumAlong([0, 0]), "each axis must be there once"],
    ["absent", () => op.meanAlong([2]).outputShape([[3]]), "do not have these axes"],
    ["product", () => nn.multiply().outputShape([[2], [3]]), "[2] and [3] cannot be multiplied"],
    [
      "matrices",
      () =>
        nn.matmul().outputShape([
          [2, 3],
          [2, 3],
        ]),
      "cannot be multiplied",
    ],
    ["signal", () => nn.multiply({ signal: 2 as never }), "signal is 2; it must be 0 or 1"],
    ["softmax", () => op.softmaxAlong(1).outputShape([[3]]), "have no axis 1"],
    ["epsilon", () => op.normalise([0], { epsilon: 0 }), "epsilon is 0; it must be"],
    ["features", () => op.scaling(3).outputShape([[4]]), "must have 3 entries along axis 0"],
    ["values", () => op.scaling(2, { values: [1] }), "there must be 4 values, got 1"],
    ["source shape", () => op.parameter([0]), "shape[0] is 0; it must be"],
    ["given", () => op.constant([2], [1, Infinity]), "entry 1 is Infinity"],
    ["k", () => op.topK(4).outputShape([[3]]), "have only 3 entries along axis 0"],
    [
      "places of elements",
      () => op.gatherAt({ elements: true }).outputShape([[2], [2, 2]]),
      "do not fit",
    ],
    ["where", () => op.where().outputShape([[2], [2], [3]]), "inputs must agree in shape"],
    ["function", () => op.mathFunction("tan" as never), 'must be "erf"'],
    ["precision", () => op.topK(1, { precision: "half" as never }), "float32"],
    ["clip", () => op.clip(1, 1), "low must be less than high, got 1, 1"],
    ["slope", () => nn.hardSigmoid(0), "the slope must not be 0"],
    ["input", () => nn.sequential([op.parameter([2])]), "takes no input, got 1"],
  ])("is refused by name: %s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe("single precision", () => {
  it.each([op.transpose([0]), op.softmaxAlong(0), op.normalise([0]), op.scaling(2), nn.gelu()])(
    "trains through $name as double precision does",
    (layer) => {
      const network = nn.sequential([layer, nn.dense(2, 1)]);
      const samples = { x: randomTensor([4, 2], 1), target: randomTensor([4, 1], 2) };
      const [single, double] = (["float32", "float64"] as const).map(
        (precision) =>
          nn.train(network, samples, {
            loss: nn.meanSquaredError,
            epochs: 5,
            stuck: false,
            rng: makeRng(1),
            precision,
          }).theta,
      );
      expectAllClose(single, double, { rtol: 1e-5, atol: 1e-6 });
    },
  );
});

describe("functions of the largest numbers", () => {
  const grow = [nn.gelu, nn.silu, nn.relu, nn.leakyRelu, nn.elu, nn.softplus, nn.hardSwish];
  const layers = [...grow.map((make) => make()), nn.gelu({ approximate: "tanh" })];
  const x = Float64Array.of(2 ** 1023, Number.MAX_VALUE, -(2 ** 1023), -Number.MAX_VALUE);

  it.each(layers.map((layer) => [layer.name, layer] as const))(
    "%s is what it tends to, and so are its derivatives",
    (_name, layer) => {
      const [y, first, second] = [1, 2, 3].map(() => new Float64Array(4));
      layer.value(x, y, 4);
      layer.derivative(x, y, first, 4);
      layer.secondDerivative(x, y, second, 4);
      const slope = layer.name.startsWith("leaky") ? 0.01 : 0;
      const below = layer.name.startsWith("elu") ? [-1, -1] : [slope * x[2], slope * x[3]];
      [x[0], x[1], ...below].forEach((limit, p) => expect(Math.abs(y[p] - limit)).toBe(0));
      [1, 1, slope, slope].forEach((limit, p) => expect(Math.abs(first[p] - limit)).toBe(0));
      second.forEach((own) => expect(Math.abs(own)).toBe(0));
    },
  );
});
