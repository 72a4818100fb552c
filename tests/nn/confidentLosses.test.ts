import fc from "fast-check";
import { logisticLoss, softmaxCrossEntropy, type Loss } from "phaselens/nn";
import { describe, expect, it } from "vitest";

/**
 * 1/(1 + e^d) and log(1 + e^−d) for d ≥ 0: what is left of a confident prediction, which has no
 * cancellation.
 */
const left = (d: number): number => Math.exp(-d) / (1 + Math.exp(-d));
const leftLoss = (d: number): number => Math.log1p(Math.exp(-d));

const relative = (found: number, wanted: number): number =>
  Math.abs(found - wanted) / Math.abs(wanted);
const gap = fc.double({ min: 0.1, max: 600, noNaN: true });
const level = fc.double({ min: -50, max: 50, noNaN: true });

function one(
  loss: Loss,
  z: number[],
  target: number[],
): {
  value: number;
  gradient: Float64Array;
  product(v: number[]): Float64Array;
  curvature(v: number[]): number;
} {
  const [at, wanted] = [Float64Array.from(z), Float64Array.from(target)];
  const [value, gradient] = [new Float64Array(1), new Float64Array(z.length)];
  loss.value(at, wanted, 1, z.length, value);
  loss.gradient(at, wanted, 1, z.length, gradient);
  return {
    value: value[0],
    gradient,
    product: (v) => {
      const into = new Float64Array(z.length);
      loss.hessianProduct(at, wanted, Float64Array.from(v), 1, z.length, into);
      return into;
    },
    curvature: (v) => {
      // vᵀFFᵀv
      let sum = 0;
      for (let k = 0; k < loss.factors(z.length); k++) {
        const column = new Float64Array(z.length);
        loss.factor(at, wanted, k, 1, z.length, column);
        sum += column.reduce((dot, f, j) => dot + f * v[j], 0) ** 2;
      }
      return sum;
    },
  };
}

describe("losses of confident predictions keep their digits", () => {
  it("the cross-entropy of two classes: value, gradient and curvature to 1e-13 of themselves", () => {
    fc.assert(
      fc.property(gap, level, fc.boolean(), (d, z0, first) => {
        // the logits as they are rounded decide the true gap
        const z = first ? [z0 + d, z0] : [z0, z0 + d];
        const kept = Math.abs(z[0] - z[1]);
        // z0 + d was rounded: z[0] − z[1] need not be exact
        if (Math.abs(kept - d) > 0 && relative(kept, d) > 1e-15) return;
        const found = one(softmaxCrossEntropy, z, first ? [1, 0] : [0, 1]);
        expect(relative(found.value, leftLoss(kept))).toBeLessThan(1e-13);
        for (const g of found.gradient)
          expect(relative(Math.abs(g), left(kept))).toBeLessThan(1e-13);
        expect(found.gradient[0]).toBe(-found.gradient[1]);
        const curvature = left(kept) / (1 + Math.exp(-kept));
        expect(relative(found.curvature([1, 0]), curvature)).toBeLessThan(1e-12);
        found
          .product([1, 0])
          .forEach((v) => expect(relative(Math.abs(v), curvature)).toBeLessThan(1e-12));
      }),
      { numRuns: 400 },
    );
  });

  it("of three: what the other two leave", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
        fc.constantFrom(0, 1, 2),
        (a, b, m) => {
          // whole numbers: gaps are exact
          const z = [0, 1, 2].map((j) => (j === m ? 0 : j === (m + 1) % 3 ? -a : -b));
          const [ea, eb] = [Math.exp(-a), Math.exp(-b)];
          const found = one(
            softmaxCrossEntropy,
            z,
            [0, 1, 2].map((j) => (j === m ? 1 : 0)),
          );
          expect(relative(found.value, Math.log1p(ea + eb))).toBeLessThan(1e-13);
          expect(relative(found.gradient[m], -(ea + eb) / (1 + ea + eb))).toBeLessThan(1e-13);
          const unit = [0, 1, 2].map((j) => (j === m ? 1 : 0));
          const curvature = (ea + eb) / (1 + ea + eb) ** 2; // p_m (1 − p_m)
          expect(relative(found.product(unit)[m], curvature)).toBeLessThan(1e-12);
          expect(relative(found.curvature(unit), curvature)).toBeLessThan(1e-12);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("the logistic loss for either answer", () => {
    fc.assert(
      fc.property(gap, fc.boolean(), (d, yes) => {
        const found = one(logisticLoss, [yes ? d : -d], [yes ? 1 : 0]);
        expect(relative(found.value, leftLoss(d))).toBeLessThan(1e-13);
        expect(relative(Math.abs(found.gradient[0]), left(d))).toBeLessThan(1e-13);
      }),
      { numRuns: 200 },
    );
  });

  it("shares are what they were: T p − t, and a wrong prediction costs its gap", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 2, maxLength: 5 }),
        fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 5, maxLength: 5 }),
        (z, shares) => {
          const target = z.map((_, j) => shares[j]);
          const total = target.reduce((sum, t) => sum + t, 0);
          const sum = z.reduce((s, v) => s + Math.exp(v), 0);
          const found = one(softmaxCrossEntropy, z, target);
          found.gradient.forEach((g, j) =>
            expect(Math.abs(g - (total * Math.exp(z[j])) / sum + target[j])).toBeLessThan(
              1e-13 * (1 + total),
            ),
          );
          const value = target.reduce((s, t, j) => s + t * (Math.log(sum) - z[j]), 0);
          expect(Math.abs(found.value - value)).toBeLessThan(1e-12 * (1 + Math.abs(value)));
        },
      ),
      { numRuns: 300 },
    );
  });
});
