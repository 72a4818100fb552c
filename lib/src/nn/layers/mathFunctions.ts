import { oneOf } from "../../core/oneOf.js";
import { byEntry, type EntryFunction } from "./byEntry.js";
import { erf } from "./errorFunction.js";
import type { ElementwiseLayer } from "./layer.js";

/** The functions that `mathFunction` knows. */
export const mathFunctionNames = [
  "erf",
  "exp",
  "log",
  "sqrt",
  "reciprocal",
  "atan",
  "sin",
  "cos",
  "abs",
  "sign",
  "floor",
  "ceil",
  "round",
  "isPositive",
  "isZero",
] as const;
/** A function that `mathFunction` knows. */
export type MathFunctionName = (typeof mathFunctionNames)[number];

/** A function of one entry, and where it or its slope jumps. */
interface Known extends EntryFunction {
  readonly kinks?: readonly number[];
}

const flat = (): number => 0;

/** To the nearest whole number, halves to the even one, as ONNX has it. */
function rounded(x: number): number {
  const nearest = Math.round(x);
  return Math.abs(x % 1) === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}

const known: Readonly<Record<MathFunctionName, Known>> = {
  erf: {
    value: erf,
    first: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x),
    second: (x) => ((-4 * x) / Math.sqrt(Math.PI)) * Math.exp(-x * x),
  },
  exp: { value: Math.exp, first: (_x, y) => y, second: (_x, y) => y },
  log: { value: Math.log, first: (x) => 1 / x, second: (x) => -1 / (x * x) },
  // of a length the slope at 0 is 0, the middle of those in all directions (as of PyTorch's norm)
  sqrt: {
    value: Math.sqrt,
    first: (_x, y) => (y === 0 ? 0 : 0.5 / y),
    second: (x, y) => (y === 0 ? 0 : -0.25 / (x * y)),
  },
  reciprocal: {
    value: (x) => 1 / x,
    first: (_x, y) => -y * y,
    second: (_x, y) => 2 * y * y * y,
  },
  atan: {
    value: Math.atan,
    first: (x) => 1 / (1 + x * x),
    second: (x) => (-2 * x) / (1 + x * x) ** 2,
  },
  sin: { value: Math.sin, first: (x) => Math.cos(x), second: (_x, y) => -y },
  cos: { value: Math.cos, first: (x) => -Math.sin(x), second: (_x, y) => -y },
  abs: { value: Math.abs, first: (x) => Math.sign(x), kinks: [0] },
  // steps: locally constant, their derivative is 0
  sign: { value: Math.sign, first: flat, kinks: [0] },
  floor: { value: Math.floor, first: flat, kinks: [0] },
  ceil: { value: Math.ceil, first: flat, kinks: [0] },
  round: { value: rounded, first: flat, kinks: [0.5] },
  isPositive: { value: (x) => (x > 0 ? 1 : 0), first: flat, kinks: [0] },
  isZero: { value: (x) => (x === 0 ? 1 : 0), first: flat, kinks: [0] },
};

/**
 * A function of one entry by its name. The last six are steps with derivative 0: of comparisons,
 * a > b is isPositive(a − b), a = b is isZero(a − b), and "not" is rescale(−1, 1). The slope of √x
 * at 0 is taken to be 0: the length of an object that is padded with zeros stays what it is.
 */
export function mathFunction(name: MathFunctionName): ElementwiseLayer {
  oneOf(name, mathFunctionNames, "mathFunction: name");
  const { kinks, ...own } = known[name];
  return byEntry({ type: "mathFunction", name }, name, own, kinks);
}
