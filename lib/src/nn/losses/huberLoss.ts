import { takes } from "../../core/arguments/takes.js";
import { optional, positive, record } from "../../core/arguments/kinds.js";
import type { Tensor } from "../../core/tensor.js";
import { linearOutput } from "./linearOutput.js";
import type { LibraryLoss, Loss } from "./loss.js";
import { partOfMean } from "../../core/weights.js";

/** One object for each δ: a loss of the library is known by its identity. */
const made = new Map<number, LibraryLoss>();

/**
 * L = (1/out) Σ_j h(z_j − t_j),   h(r) = r²/2 for |r| ≤ δ, δ(|r| − δ/2) beyond.        Huber 1964
 *
 * Regression that outliers do not rule: beyond δ a residual pulls with the same force however large
 * it is. Its second derivative is 1 inside and 0 beyond, so points beyond δ add nothing to the
 * Gauss-Newton matrix.
 * @param options.delta  δ, in units of the targets (default 1)
 * @throws ConfigError unless δ is a positive number
 */
export function huberLoss(options: { readonly delta?: number } = {}): LibraryLoss {
  takes("huberLoss", { options: [options, record({ delta: optional(positive) })] });
  const { delta = 1 } = options;
  const known = made.get(delta) ?? huber(delta);
  made.set(delta, known);
  return known;
}

function huber(delta: number): LibraryLoss {
  const force = (r: number): number => Math.max(-delta, Math.min(delta, r)); // h′
  const bend = (r: number): number => (Math.abs(r) <= delta ? 1 : 0); // h″
  const value: Loss["value"] = (z, target, n, out, into) => {
    for (let s = 0; s < n; s++) {
      let loss = 0;
      for (let p = s * out; p < (s + 1) * out; p++) {
        const r = z[p] - target[p];
        loss += force(r) * (r - force(r) / 2);
      }
      into[s] = loss / out;
    }
  };
  return Object.freeze<LibraryLoss>({
    ...linearOutput,
    name: `Huber, δ = ${delta}`,
    spec: { type: "huberLoss", delta },
    option: "huber",
    value,
    gradient(z, target, n, out, into) {
      for (let p = 0; p < n * out; p++) into[p] = force(z[p] - target[p]) / out;
    },
    hessianProduct(z, target, v, n, out, into) {
      for (let p = 0; p < n * out; p++) into[p] = (bend(z[p] - target[p]) * v[p]) / out;
    },
    factors: (out) => out,
    factor(z, target, k, n, out, into) {
      into.fill(0, 0, n * out);
      for (let p = k; p < n * out; p += out) into[p] = Math.sqrt(bend(z[p] - target[p]) / out);
    },
    constantRisk(target, weights) {
      const [n, out] = target.shape;
      const part = partOfMean(n, weights);
      const pull = (r: number, s: number): number => part(force(r), s);
      const best = Float64Array.from({ length: out }, (_, j) => centre(target, j, pull));
      const values = new Float64Array(n);
      value(
        target.data.map((_, p) => best[p % out]),
        target.data,
        n,
        out,
        values,
      );
      return values.reduce((risk, loss, s) => risk + part(loss, s), 0);
    },
  });
}

/** The c at which Σ_s w_s h′(c − t_s) passes 0, by bisection down to neighbouring doubles. */
function centre(
  { shape: [n, out], data }: Tensor,
  column: number,
  pull: (r: number, sample: number) => number,
): number {
  const values = Float64Array.from({ length: n }, (_, s) => data[s * out + column]);
  let low = values.reduce((least, t) => Math.min(least, t));
  let high = values.reduce((most, t) => Math.max(most, t));
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    if (values.reduce((sum, t, s) => sum + pull(middle - t, s), 0) < 0) low = middle;
    else high = middle;
  }
}
