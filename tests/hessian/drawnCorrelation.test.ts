import { makeRng, spearman } from "phaselens/core";
import { expect, it } from "vitest";
import { drawnCorrelation } from "phaselens/internal/hessian/removal/drawnCorrelation";

it("is Spearman's correlation of the values that were drawn, to the last bit, ties and left out points included", () => {
  const kinds = { plain: 0, ties: 0, silent: 0 };
  for (let seed = 0; seed < 300; seed++) {
    const rng = makeRng(seed, "columns");
    const points = 5 + rng.integer(20);
    const digits = rng.integer(3); // few of them tie
    const values = (): Float64Array =>
      Float64Array.from({ length: points }, () => Number(rng.normal().toFixed(digits)));
    const [x, y] = [values(), values()];
    const telling = Array.from(x.keys()).filter(() => rng.uniform() < 0.9);
    const correlation = drawnCorrelation(x, y, telling, 5);
    for (let draw = 0; draw < 20; draw++) {
      const drawn = Array.from({ length: points }, () => rng.integer(points));
      const counts = new Int32Array(points);
      for (const k of drawn) counts[k]++;
      const kept = drawn.filter((k) => telling.includes(k));
      const [left, right] = [x, y].map((column) => kept.map((k) => column[k]));
      const varies = [left, right].every((column) => new Set(column).size > 1);
      if (kept.length < 5 || !varies) {
        kinds.silent++;
        expect(correlation(counts)).toBeNaN();
      } else {
        kinds[new Set(left).size < kept.length ? "ties" : "plain"]++;
        expect(correlation(counts)).toBe(spearman(left, right));
      }
    }
  }
  expect(Math.min(kinds.ties, kinds.silent)).toBeGreaterThan(20);
});
