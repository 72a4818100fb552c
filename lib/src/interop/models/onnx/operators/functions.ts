import {
  elu,
  leakyRelu,
  relu,
  sigmoid,
  softplus,
  tanh,
} from "../../../../nn/layers/activations.js";
import {
  clip,
  gelu,
  hardSigmoid,
  hardSwish,
  rescale,
  selu,
  silu,
} from "../../../../nn/layers/functions.js";
import type { Layer } from "../../../../nn/layers/layer.js";
import { mathFunction, type MathFunctionName } from "../../../../nn/layers/mathFunctions.js";
import { input, makes, optionalNumbers, refused, type Call, type OnnxOperator } from "../call.js";
import { entrywise } from "../importing.js";
import { isWhole, numberType } from "../tensorData.js";
import { isKnown, known, type Value } from "../value.js";
import { added, multiplied } from "./arithmetic.js";

/** A function of one entry, by a layer that its settings give. */
const entry = (becomes: string, layer: (call: Call) => Layer, without?: string): OnnxOperator => ({
  becomes,
  ...(without !== undefined && { without }),
  read: (call) => {
    const value = input(call, 0);
    return entrywise(call.importing, layer(call), value, value.whole && !isKnown(value));
  },
});

const math = (name: MathFunctionName): OnnxOperator => ({
  becomes: `mathFunction("${name}")`,
  read: (call) => entrywise(call.importing, mathFunction(name), input(call, 0)),
});

/** The same with a value that stays whole if it was. */
const stays = (becomes: string, layer: Layer): OnnxOperator => ({
  becomes,
  read: (call) => {
    const value = input(call, 0);
    return entrywise(call.importing, layer, value, value.whole);
  },
});

const passed: OnnxOperator = { becomes: "nothing", read: (call) => input(call, 0) };

/** A bound of `Clip`: an attribute until opset 10, an input since. */
function bound(call: Call, name: "min" | "max", k: number, usual: number): number {
  const { attributes } = call.node;
  const given = attributes.has(name)
    ? attributes.float(name, usual)
    : (optionalNumbers(call, k, name)?.data[0] ?? usual);
  return Math.min(Math.max(given, -Number.MAX_VALUE), Number.MAX_VALUE);
}

/** To whole numbers, towards 0: ⌊max(x, 0)⌋ − ⌊max(−x, 0)⌋. */
function truncated(call: Call, value: Value): Value {
  const { importing } = call;
  if (isKnown(value)) return known(value.shape, value.data.map(Math.trunc));
  const side = (sign: 1 | -1): Value => {
    const own = sign === 1 ? value : entrywise(importing, rescale(-1), value);
    return entrywise(importing, mathFunction("floor"), entrywise(importing, relu(), own));
  };
  const [plus, minus] = [side(1), entrywise(importing, rescale(-1), side(-1))];
  return { ...added(call, plus, minus), whole: true };
}

/** Whether entries are other than 0, as 1 and 0. */
const truth = (call: Call, value: Value): Value => {
  const zero = entrywise(call.importing, mathFunction("isZero"), value, true);
  return entrywise(call.importing, rescale(-1, 1), zero, true);
};

function cast(call: Call, value: Value, type: string): Value {
  if (type === "bool") return truth(call, value);
  if (type === "float32" && isKnown(value)) return { ...value, whole: false };
  if (!isWhole(type as "float32")) return { ...value, whole: false };
  return value.whole ? value : truncated(call, value);
}

/** x times a function of it. */
const gated = (becomes: string, gate: (call: Call, x: Value) => Value): OnnxOperator => ({
  becomes,
  read: (call) => multiplied(call, input(call, 0), gate(call, input(call, 0))),
});

/** ½ e^x plus a part of e^−x. */
function exponentials(call: Call, part: number): Value {
  const { importing } = call;
  const through = (sign: 1 | -1, factor: number): Value => {
    const own = entrywise(importing, rescale(sign), input(call, 0));
    return entrywise(importing, rescale(factor), entrywise(importing, mathFunction("exp"), own));
  };
  return added(call, through(1, 0.5), through(-1, part));
}

/** Functions of one entry. */
export const functions: Readonly<Record<string, OnnxOperator>> = {
  Relu: entry("relu", relu),
  LeakyRelu: entry("leakyRelu", ({ node }) => leakyRelu(node.attributes.float("alpha", 0.01))),
  Elu: entry("elu", ({ node }) => elu(node.attributes.float("alpha", 1))),
  Selu: {
    becomes: "selu, or rescale(gamma) of elu(alpha) for other numbers than the usual ones",
    read(call) {
      const { attributes } = call.node;
      const alpha = attributes.float("alpha", 1.67326);
      const gamma = attributes.float("gamma", 1.0507);
      const usual = Math.abs(alpha - 1.67326) < 1e-4 && Math.abs(gamma - 1.0507) < 1e-4;
      const { importing } = call;
      if (usual) return entrywise(importing, selu(), input(call, 0));
      return entrywise(importing, rescale(gamma), entrywise(importing, elu(alpha), input(call, 0)));
    },
  },
  PRelu: {
    becomes: "leakyRelu, or relu(x) − slope · relu(−x)",
    read(call) {
      const [x, slope] = [input(call, 0), input(call, 1)];
      if (isKnown(slope) && slope.data.length === 1 && slope.data[0] !== 1)
        return entrywise(call.importing, leakyRelu(slope.data[0]), x);
      const { importing } = call;
      const negative = entrywise(importing, relu(), entrywise(importing, rescale(-1), x));
      const below = entrywise(importing, rescale(-1), negative);
      return added(call, entrywise(importing, relu(), x), multiplied(call, below, slope));
    },
  },
  Sigmoid: entry("sigmoid", sigmoid),
  Tanh: entry("tanh", tanh),
  Softplus: entry("softplus", softplus),
  Softsign: gated("x / (1 + |x|)", ({ importing }, x) => {
    const size = entrywise(importing, mathFunction("abs"), x);
    return entrywise(
      importing,
      mathFunction("reciprocal"),
      entrywise(importing, rescale(1, 1), size),
    );
  }),
  HardSigmoid: entry("hardSigmoid", ({ node }) =>
    hardSigmoid(node.attributes.float("alpha", 0.2), node.attributes.float("beta", 0.5)),
  ),
  HardSwish: entry("hardSwish", hardSwish),
  Gelu: entry("gelu", ({ node }) =>
    gelu({ approximate: node.attributes.text("approximate", "none") as "none" }),
  ),
  Swish: {
    becomes: "silu, or x times sigmoid",
    read(call) {
      const [x, alpha] = [input(call, 0), call.node.attributes.float("alpha", 1)];
      if (alpha === 1) return entrywise(call.importing, silu(), x);
      const own = entrywise(call.importing, rescale(alpha), x);
      return multiplied(call, x, entrywise(call.importing, sigmoid(), own));
    },
  },
  Mish: gated("x tanh(softplus(x))", ({ importing }, x) =>
    entrywise(importing, tanh(), entrywise(importing, softplus(), x)),
  ),
  Celu: {
    becomes: "elu between rescale(1/alpha) and rescale(alpha)",
    read(call) {
      const alpha = call.node.attributes.float("alpha", 1);
      const { importing } = call;
      const small = entrywise(importing, rescale(1 / alpha), input(call, 0));
      return entrywise(importing, rescale(alpha), entrywise(importing, elu(), small));
    },
  },
  ThresholdedRelu: gated("x isPositive(x − alpha)", (call, x) => {
    const above = rescale(1, -call.node.attributes.float("alpha", 1));
    return entrywise(
      call.importing,
      mathFunction("isPositive"),
      entrywise(call.importing, above, x),
    );
  }),
  Sinh: {
    becomes: "(e^x − e^−x) / 2",
    read: (call) => exponentials(call, -0.5),
  },
  Cosh: {
    becomes: "(e^x + e^−x) / 2",
    read: (call) => exponentials(call, 0.5),
  },
  Tan: {
    becomes: "sin times the reciprocal of cos",
    read(call) {
      const { importing } = call;
      const [sin, cos] = (["sin", "cos"] as const).map((name) =>
        entrywise(importing, mathFunction(name), input(call, 0)),
      );
      return multiplied(call, sin, entrywise(importing, mathFunction("reciprocal"), cos));
    },
  },
  Clip: {
    becomes: "clip",
    read(call) {
      const value = input(call, 0);
      const low = bound(call, "min", 1, -Infinity);
      const high = bound(call, "max", 2, Infinity);
      if (!(low < high)) throw refused(call, `keeps values in [${low}, ${high}]`, "Check it");
      return entrywise(call.importing, clip(low, high), value, value.whole);
    },
  },
  Erf: math("erf"),
  Exp: math("exp"),
  Log: math("log"),
  Sqrt: math("sqrt"),
  Reciprocal: math("reciprocal"),
  Sin: math("sin"),
  Cos: math("cos"),
  Atan: math("atan"),
  Abs: stays('mathFunction("abs")', mathFunction("abs")),
  Sign: stays('mathFunction("sign"), derivative 0', mathFunction("sign")),
  Floor: stays('mathFunction("floor"), derivative 0', mathFunction("floor")),
  Ceil: stays('mathFunction("ceil"), derivative 0', mathFunction("ceil")),
  Round: stays('mathFunction("round"), derivative 0', mathFunction("round")),
  Neg: stays("rescale(−1)", rescale(-1)),
  Not: stays("rescale(−1, 1)", rescale(-1, 1)),
  Identity: passed,
  Dropout: {
    becomes: "nothing: networks of files are evaluated, not trained",
    read(call) {
      const value = input(call, 0);
      if (call.node.outputs.length === 1) return value;
      // nothing is dropped, says the mask
      const mask = new Float64Array(makes(call, value.shape)).fill(1);
      return [value, known(value.shape, mask)];
    },
  },
  Cast: {
    becomes: "nothing, or steps with derivative 0",
    read: (call) =>
      cast(
        call,
        input(call, 0),
        numberType(call.node.attributes.integer("to", 1), call.node.title),
      ),
  },
  CastLike: {
    becomes: "as Cast",
    read: (call) => cast(call, input(call, 0), input(call, 1).whole ? "int64" : "float32"),
  },
};
