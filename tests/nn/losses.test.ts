import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { tensor, type Tensor } from "phaselens/core";
import * as nn from "phaselens/nn";
import { accuracy, losses, predictedLabels, type Loss } from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { everyLoss, lossCases, type LossCase } from "../support/lossExamples.js";
import { minimise } from "phaselens/internal/hessian/removal/minimise";
import { describeLoss, lossFrom, lossTypes } from "phaselens/internal/nn/losses/lossTypes";
import { minimalTargets } from "phaselens/internal/nn/losses/minimalTargets";

/** Central differences of functions of order 1: truncation h², rounding ε/h. */
const STEP = 1e-5;
const TOLERANCE = { rtol: 1e-6, atol: 1e-8 };

const valueOf = (
  loss: Loss,
  z: Float64Array,
  target: Float64Array,
  n: number,
  out: number,
): Float64Array => {
  const values = new Float64Array(n);
  loss.value(z, target, n, out, values);
  return values;
};
const gradientOf = (
  loss: Loss,
  z: Float64Array,
  target: Float64Array,
  n: number,
  out: number,
): Float64Array => {
  const gradient = new Float64Array(n * out);
  loss.gradient(z, target, n, out, gradient);
  return gradient;
};
const productOf = ({ loss, z, target, v, n, out }: LossCase): Float64Array => {
  const product = new Float64Array(n * out);
  loss.hessianProduct(z, target, v, n, out, product);
  return product;
};
/** (f(z + h v) − f(z − h v)) / 2h. */
const along = (
  z: Float64Array,
  v: Float64Array,
  f: (at: Float64Array) => Float64Array,
): Float64Array => {
  const [up, down] = [1, -1].map((sign) => f(z.map((value, p) => value + sign * STEP * v[p])));
  return up.map((value, p) => (value - down[p]) / (2 * STEP));
};
/** Where a second derivative jumps, no difference across the jump has a meaning. */
const smooth = ({ loss, z, target, v, n, out }: LossCase): boolean =>
  [-3, 3].every((far) => {
    const moved = productOf({
      loss,
      z: z.map((value, p) => value + far * STEP * v[p]),
      target,
      v,
      n,
      out,
    });
    return moved.every(
      (value, p) => Math.abs(value - productOf({ loss, z, target, v, n, out })[p]) <= 1e-3,
    );
  });

describe.each(everyLoss())("%s", (type, example) => {
  const cases = lossCases(example);
  const matrix = (data: Float64Array, { n, out }: LossCase): Tensor => tensor([n, out], data);

  it("has the gradient of its differences", () => {
    fc.assert(
      fc.property(cases, ({ loss, z, target, v, n, out }) => {
        const gradient = gradientOf(loss, z, target, n, out);
        const found = new Float64Array(n);
        gradient.forEach((g, p) => (found[Math.floor(p / out)] += g * v[p]));
        expectAllClose(
          found,
          along(z, v, (at) => valueOf(loss, at, target, n, out)),
          TOLERANCE,
        );
      }),
    );
  });

  it("has the Hessian of its gradient's differences", () => {
    fc.assert(
      fc.property(cases, (one) => {
        fc.pre(smooth(one));
        const { loss, z, target, v, n, out } = one;
        expectAllClose(
          productOf(one),
          along(z, v, (at) => gradientOf(loss, at, target, n, out)),
          TOLERANCE,
        );
      }),
    );
  });

  it("has factors F with F Fᵀ = Hessian", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { loss, z, target, v, n, out } = one;
        const [sum, column] = [new Float64Array(n * out), new Float64Array(n * out)];
        for (let k = 0; k < loss.factors(out); k++) {
          loss.factor(z, target, k, n, out, column);
          for (let s = 0; s < n; s++) {
            let projection = 0;
            for (let p = s * out; p < (s + 1) * out; p++) projection += column[p] * v[p];
            for (let p = s * out; p < (s + 1) * out; p++) sum[p] += projection * column[p];
          }
        }
        expectAllClose(sum, productOf(one), { rtol: 1e-11, atol: 1e-13 });
      }),
    );
  });

  it("computes each sample for itself", () => {
    fc.assert(
      fc.property(cases, ({ loss, z, target, n, out }) => {
        const [values, gradient] = [
          valueOf(loss, z, target, n, out),
          gradientOf(loss, z, target, n, out),
        ];
        for (let s = 0; s < n; s++) {
          const [one, wanted] = [z, target].map((all) => all.slice(s * out, (s + 1) * out));
          expect(valueOf(loss, one, wanted, 1, out)[0]).toBe(values[s]);
          expect(gradientOf(loss, one, wanted, 1, out)).toEqual(
            gradient.slice(s * out, (s + 1) * out),
          );
        }
      }),
    );
  });

  it("is least over constant outputs at constantRisk", () => {
    fc.assert(
      fc.property(cases, ({ loss, target, n, out }) => {
        const least = loss.constantRisk(tensor([n, out], target));
        const repeated = (c: Float64Array): Float64Array =>
          Float64Array.from({ length: n * out }, (_, p) => c[p % out]);
        const mean = (c: Float64Array): { value: number; gradient: Float64Array } => {
          const gradient = new Float64Array(out);
          gradientOf(loss, repeated(c), target, n, out).forEach(
            (g, p) => (gradient[p % out] += g / n),
          );
          return {
            value: valueOf(loss, repeated(c), target, n, out).reduce(
              (sum, value) => sum + value / n,
              0,
            ),
            gradient,
          };
        };
        const { value } = minimise(mean, new Float64Array(out), { tolerance: 1e-7 });
        expect(value).toBeGreaterThan(least - 1e-9);
        expect(value).toBeLessThan(least + 1e-4); // labels of one kind are fitted only at infinity
      }),
      { numRuns: 50 },
    );
  });

  it("predicts targets that it takes, and none makes the loss smaller", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { loss, z, n, out } = one;
        const predicted = loss.predictedTarget(matrix(z, one));
        expect(minimalTargets(matrix(z, one), loss)).toEqual(predicted);
        const least = losses(loss, matrix(z, one), predicted);
        if (loss.output === "linear") {
          expect(predicted.data).toEqual(z);
          expect(least).toEqual(new Float64Array(n));
          return;
        }
        for (let label = 0; label < out; label++) {
          const other =
            loss.output === "softmax"
              ? Float64Array.from({ length: n * out }, (_, p) => (p % out === label ? 1 : 0))
              : predicted.data.map((t, p) => (p % out === label ? 1 - t : t));
          losses(loss, matrix(z, one), tensor([n, out], other)).forEach((value, s) =>
            expect(value).toBeGreaterThanOrEqual(least[s]),
          );
        }
      }),
    );
  });

  it("counts its predictions right", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { loss, z, target, n, out } = one;
        if (loss.output === "linear") {
          const ask = (): number => accuracy(matrix(z, one), matrix(target, one), loss);
          expect(ask).toThrow("values, which are not right or wrong. Use losses(loss, z, target)");
          return;
        }
        let [right, all] = [0, 0];
        for (let s = 0; s < n; s++) {
          const [own, wanted] = [z, target].map((values) =>
            Array.from(values.slice(s * out, (s + 1) * out)),
          );
          fc.pre(loss.output === "sigmoid" || wanted.some((t) => t > 0));
          const first = (values: number[]): number =>
            values.findIndex((value) => values.every((other) => value >= other));
          if (loss.output === "softmax") right += first(own) === first(wanted) ? 1 : 0;
          else own.forEach((value, j) => (right += value > 0 === wanted[j] > 0.5 ? 1 : 0));
          all += loss.output === "softmax" ? 1 : out;
        }
        expect(accuracy(matrix(z, one), matrix(target, one), loss)).toBeCloseTo(right / all, 12);
      }),
    );
  });

  it("refuses outputs that are NaN", () => {
    fc.assert(
      fc.property(cases, fc.nat(), (one, at) => {
        const z = one.z.slice();
        z[at % z.length] = NaN;
        const [sample, output] = [Math.floor((at % z.length) / one.out), (at % z.length) % one.out];
        const message = `output ${output} of sample ${sample} is NaN, which predicts nothing.`;
        for (const ask of [one.loss.predictedTarget, minimalTargets])
          expect(() => ask(matrix(z, one), one.loss)).toThrow(message);
      }),
      { numRuns: 20 },
    );
  });

  it.each(example.refused.map(([rows, message]) => [message, rows] as const))(
    "refuses targets: %s",
    (message, rows) => {
      const loss = lossFrom(type);
      const target = tensor([rows.length, rows[0].length], rows.flat());
      expect(() => loss.checkTargets(target, "here")).toThrow(message);
      expect(() => losses(loss, tensor(target.shape), target)).toThrow(message);
    },
  );

  it("takes the targets that it is tried on, as a matrix alone", () => {
    fc.assert(
      fc.property(cases, (one) => {
        one.loss.checkTargets(matrix(one.target, one), "here");
        expect(() =>
          one.loss.checkTargets(tensor([one.target.length], one.target), "here"),
        ).toThrow("they must be [n, out], one row a sample.");
      }),
      { numRuns: 20 },
    );
  });

  it("travels as data, and a changed copy does not", () => {
    fc.assert(
      fc.property(example.spec, (spec) => {
        const loss = lossFrom(spec);
        expect(describeLoss(loss)).toEqual(spec);
        expect(lossFrom(JSON.parse(JSON.stringify(describeLoss(loss))) as typeof spec)).toBe(loss);
        expect(Object.isFrozen(loss)).toBe(true);
        expect(() => describeLoss({ ...loss, value: () => undefined })).toThrow(
          /is no loss of this library.*Compute in this thread \(jobs: 1\)/,
        );
      }),
      { numRuns: 20 },
    );
    for (const wrong of example.wrongSpecs)
      expect(() => lossFrom(wrong), JSON.stringify(wrong)).toThrow(/delta|parameter/);
  });
});

describe("the table of losses", () => {
  const folder = fileURLToPath(new URL("../../lib/src/nn/losses", import.meta.url));
  const specs = readdirSync(folder).flatMap((file) =>
    [...readFileSync(`${folder}/${file}`, "utf8").matchAll(/\bspec: \{ type: "(\w+)"/g)].map(
      ([, type]) => [type, file] as const,
    ),
  );
  it.each(specs)("has the %s of %s: a line in lossTable.ts makes it public", (type) => {
    expect(Object.keys(lossTypes)).toContain(type);
    expect(Object.keys(nn)).toContain(type);
  });
  it("is all that a loss is added to: huberLoss stands in its file and in one line", () => {
    const library = fileURLToPath(new URL("../../lib/src", import.meta.url));
    const files = readdirSync(library, { recursive: true, encoding: "utf8" }).filter(
      (file) =>
        file.endsWith(".ts") && /\/huberLoss\.js"/.test(readFileSync(`${library}/${file}`, "utf8")),
    );
    expect(files.map((file) => file.replaceAll("\\", "/"))).toEqual(["nn/losses/lossTable.ts"]);
  });

  it("has an option of the command line for each, and a loss for each output function", () => {
    const options = Object.values(lossTypes).map(({ option }) => option);
    expect(new Set(options).size).toBe(options.length);
    expect(Object.keys(lossTypes).map((type) => lossFrom(type).output)).toEqual(
      expect.arrayContaining(["softmax", "sigmoid", "linear"]),
    );
  });
  it.each(["hinge", "constructor", "__proto__"])("has no %s", (type) => {
    expect(() => lossFrom({ type })).toThrow(`lossFrom: there is no loss "${type}".`);
  });
});

describe("predicted labels", () => {
  const one = tensor([3, 1], [-2, 0.1, 5]);
  it("of one output come from the loss, and without it are refused", () => {
    expect(Array.from(predictedLabels(one, lossFrom("logisticLoss")))).toEqual([0, 1, 1]);
    for (const ask of [predictedLabels, minimalTargets, (z: Tensor) => accuracy(z, z)]) {
      expect(() => ask(one)).toThrow(
        "there is one output, of which none is the largest. Give the loss that was minimised",
      );
    }
  });
  it("are not made of values or of several answers", () => {
    expect(() => predictedLabels(one, lossFrom("meanSquaredError"))).toThrow(
      'the loss "mean squared error" predicts values, no labels.',
    );
    expect(() => predictedLabels(tensor([1, 3]), lossFrom("logisticLoss"))).toThrow(
      'the loss "logistic" predicts 3 answers of yes or no each, no labels.',
    );
  });
  it("are those of numbers", () => {
    expect(() => predictedLabels(tensor([2, 2], [1, 2, NaN, 3]))).toThrow(
      "predictedLabels: z: entry 2 is NaN; every entry must be a finite number.",
    );
    expect(() => predictedLabels(tensor([2], [1, 2]))).toThrow(
      "predictedLabels: z has shape [2]; it must be a tensor [n, out].",
    );
  });
});

describe("accuracy", () => {
  it("of a one-output logistic model that is always wrong is 0", () => {
    expect(
      accuracy(tensor([2, 1], [3, -3]), tensor([2, 1], [0, 1]), lossFrom("logisticLoss")),
    ).toBe(0);
  });
  it("compares shapes, and wants a label of each sample", () => {
    expect(() => accuracy(tensor([2, 4]), tensor([2, 2]))).toThrow(
      "accuracy: outputs [2,4] and targets [2,2] must have one shape.",
    );
    expect(() => accuracy(tensor([1, 2]), tensor([1, 2]), lossFrom("softmaxCrossEntropy"))).toThrow(
      "accuracy: the target of sample 0 is 0 for every class.",
    );
    expect(() => accuracy(tensor([0, 2]), tensor([0, 2]))).toThrow(
      "accuracy: there are no samples.",
    );
  });
});

describe("what is no loss", () => {
  it.each([undefined, null, "huber", 3])("is refused: %j", (wrong) => {
    const ask = (): unknown => losses(wrong as unknown as Loss, tensor([1, 1]), tensor([1, 1]));
    expect(ask).toThrow(`losses: the loss is ${JSON.stringify(wrong)}. Give one such as`);
  });
});

describe("a loss that does not say how outputs are read", () => {
  it("is refused with what it lacks", () => {
    const {
      output: _output,
      predictedTarget: _predicted,
      checkTargets: _check,
      ...bare
    } = lossFrom("meanSquaredError");
    for (const wrong of [
      bare,
      { ...lossFrom("meanSquaredError"), output: "tanh" },
    ] as unknown as Loss[]) {
      expect(() => losses(wrong, tensor([1, 1]), tensor([1, 1]))).toThrow(
        "does not say how outputs are read",
      );
    }
  });
});
