import { size } from "../../core/tensor.js";
import type { Compared, HandBack } from "./compared.js";

/**
 * A choice passes m on to the entry that it found. Where it found another one at the baseline, all
 * goes to that one of the two whose change can carry Δy, 0 ≤ Δy/Δx ≤ 1, first the one at x if
 * Δy ≥ 0 and the other one otherwise: for maxima and minima there always is one. Else each takes a
 * half, and the change that the choice itself made is missing.
 */
export function throughChoice({ evaluator, reference, visit, m, height }: Compared): HandBack {
  const { node, inputs, output, targets } = visit;
  const [found, foundBefore] = [evaluator, reference].map(({ steps }) => steps[node].step.sources!);
  const [y, y0] = [evaluator, reference].map(({ values }) => values[output]);
  const widths = inputs.map((v) => size(evaluator.shapes[v]));
  const starts = widths.map((_, k) => widths.slice(0, k).reduce((sum, width) => sum + width, 0));
  const inputOf = (entry: number): number => starts.filter((start) => entry >= start).length - 1;
  /** Adds m to an entry of sample n, −1 for none. */
  const give = (n: number, entry: number, share: number): void => {
    if (entry < 0) return;
    const k = inputOf(entry);
    targets[k][n * widths[k] + entry - starts[k]] += share;
  };
  const change = (n: number, entry: number): number => {
    if (entry < 0) return 0;
    const k = inputOf(entry);
    const [x, x0] = [evaluator, reference].map(({ values }) => values[inputs[k]]);
    return (
      x[n * widths[k] + entry - starts[k]] - x0[(n * widths[k] + entry - starts[k]) % x0.length]
    );
  };
  const share = (n: number, dy: number, at: number, before: number, g: number): void => {
    if (at === before) return give(n, at, g);
    const order = dy >= 0 ? [at, before] : [before, at];
    const carrier = order.find((entry) => {
      const ratio = dy / change(n, entry);
      return ratio >= 0 && ratio <= 1;
    });
    if (carrier !== undefined) return give(n, carrier, (g * dy) / change(n, carrier));
    give(n, at, g / 2);
    give(n, before, g / 2);
  };
  return (batch) => {
    targets.forEach((target, k) => target.fill(0, 0, batch * widths[k]));
    for (let n = 0, p = 0; n < batch; n++)
      for (let f = 0; f < height; f++, p++)
        if (m[p] !== 0)
          share(n, y[p] - y0[p % y0.length], found[p], foundBefore[p % y0.length], m[p]);
  };
}
