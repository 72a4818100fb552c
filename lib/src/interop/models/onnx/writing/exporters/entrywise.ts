import type { LayerTypeName } from "../../../../../nn/layers/layerTypes.js";
import type { MathFunctionName } from "../../../../../nn/layers/mathFunctions.js";
import type { Exporter, Exporters, Exporting } from "../exporter.js";
import { castTo } from "../exporting.js";
import type { Settings } from "../messagesOut.js";

/** An operator of one entry. */
const operator =
  <T extends LayerTypeName>(
    name: string,
    settings: (own: Parameters<Exporter<T>>[1]) => Settings = () => ({}),
  ): Exporter<T> =>
  ({ inputs: [x], put }, own) =>
    put(name, [x.name], settings(own));

/** Beyond what single precision holds there is no bound. */
const LARGEST_SINGLE = 3.4028234663852886e38;

/** factor · x + shift. */
function scaled({ inputs: [x], put, floats }: Exporting, factor: number, shift: number): string {
  const times = factor === 1 ? x.name : put("Mul", [x.name, floats([factor], [])]);
  return shift === 0 && factor !== 1 ? times : put("Add", [times, floats([shift], [])]);
}

const functions: Readonly<Record<MathFunctionName, string>> = {
  erf: "Erf",
  exp: "Exp",
  log: "Log",
  sqrt: "Sqrt",
  reciprocal: "Reciprocal",
  atan: "Atan",
  sin: "Sin",
  cos: "Cos",
  abs: "Abs",
  sign: "Sign",
  floor: "Floor",
  ceil: "Ceil",
  round: "Round",
  isPositive: "Greater",
  isZero: "Equal",
};

/** Functions of one entry. */
export const entrywise: Exporters<
  | "relu"
  | "leakyRelu"
  | "elu"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "gelu"
  | "silu"
  | "selu"
  | "hardSigmoid"
  | "hardSwish"
  | "clip"
  | "power"
  | "rescale"
  | "mathFunction"
> = {
  relu: operator("Relu"),
  leakyRelu: operator("LeakyRelu", ({ slope }) => ({ alpha: { float: slope } })),
  elu: operator("Elu", ({ scale }) => ({ alpha: { float: scale } })),
  tanh: operator("Tanh"),
  sigmoid: operator("Sigmoid"),
  softplus: operator("Softplus"),
  gelu: operator("Gelu", ({ approximate = "none" }) => ({ approximate: { text: approximate } })),
  silu: ({ inputs: [x], put }) => put("Mul", [x.name, put("Sigmoid", [x.name])]),
  selu: operator("Selu", () => ({
    alpha: { float: 1.6732632423543772 },
    gamma: { float: 1.0507009873554805 },
  })),
  hardSigmoid: operator("HardSigmoid", ({ slope, shift }) => ({
    alpha: { float: slope },
    beta: { float: shift },
  })),
  hardSwish: operator("HardSwish"),
  clip({ inputs: [x], put, floats }, { low, high }) {
    const bounds = [low, high].map((bound) =>
      Math.abs(bound) >= LARGEST_SINGLE ? "" : floats([bound], []),
    );
    return put("Clip", [x.name, ...bounds]);
  },
  power: ({ inputs: [x], put, floats }, { exponent }) =>
    put("Pow", [x.name, floats([exponent], [])]),
  rescale: (own, { factor, shift = 0 }) => scaled(own, factor, shift),
  mathFunction({ inputs: [x], put, floats }, { name }) {
    if (name !== "isPositive" && name !== "isZero") return put(functions[name], [x.name]);
    const truth = put(functions[name], [x.name, floats([0], [])]);
    return put("Cast", [truth], castTo("float32"));
  },
};
