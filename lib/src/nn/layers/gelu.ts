import { optional, record, word } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { built } from "./builtLayer.js";
import { byEntry, ownFunction, type EntryFunction } from "./byEntry.js";
import { erf, erfSlope } from "./errorFunction.js";
import type { ElementwiseLayer } from "./layer.js";

/**
 * x Φ(x), Φ the normal distribution's integral (Hendrycks and Gimpel 2016).
 * @param options.approximate  "tanh" takes x/2 (1 + tanh √(2/π) (x + 0.044715 x³)) (default "none")
 */
export function gelu(options: { readonly approximate?: "none" | "tanh" } = {}): ElementwiseLayer {
  takes("gelu", {
    options: [options, record({ approximate: optional(word(["none", "tanh"])) })],
  });
  const { approximate = "none" } = options;
  if (approximate === "tanh") return byEntry({ type: "gelu", approximate }, "gelu(tanh)", geluTanh);
  return built<ElementwiseLayer>({ type: "gelu" }, { ...ownFunction("gelu", exact), ...loops });
}

/** φ(x) = erf′(x/√2) / (2√2). */
const density = (x: number): number => HALF_ROOT * erfSlope(x * Math.SQRT1_2);
const HALF_ROOT = Math.SQRT1_2 / 2;

const exact: EntryFunction = {
  value: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  first: (x, y) => (x === 0 ? 0.5 : y / x) + x * density(x), // Φ(x) = y / x
  second(x) {
    const d = density(x);
    return d === 0 ? 0 : (2 - x * x) * d; // of large x, whose square may be ∞
  },
};

/** The same in loops of its own: a transformer has more of these than of anything else. */
const loops: Pick<ElementwiseLayer, "value" | "derivative"> = {
  value(x, y, count) {
    for (let p = 0; p < count; p++) y[p] = 0.5 * x[p] * (1 + erf(x[p] * Math.SQRT1_2));
  },
  derivative(x, y, d, count) {
    for (let p = 0; p < count; p++) d[p] = (x[p] === 0 ? 0.5 : y[p] / x[p]) + x[p] * density(x[p]);
  },
};

const ROOT = Math.sqrt(2 / Math.PI);
const CUBE = 0.044715;
const geluTanh: EntryFunction = {
  value: (x) => 0.5 * x * (1 + Math.tanh(ROOT * (x + CUBE * x * x * x))),
  first(x) {
    const t = Math.tanh(ROOT * (x + CUBE * x * x * x));
    const slope = 1 - t * t;
    if (slope === 0) return 0.5 * (1 + t); // likewise
    return 0.5 * (1 + t) + 0.5 * x * slope * ROOT * (1 + 3 * CUBE * x * x);
  },
  second(x) {
    const t = Math.tanh(ROOT * (x + CUBE * x * x * x));
    const slope = 1 - t * t;
    if (slope === 0) return 0;
    const inner = ROOT * (1 + 3 * CUBE * x * x);
    return slope * (inner + 0.5 * x * (ROOT * 6 * CUBE * x - 2 * t * inner * inner));
  },
};
