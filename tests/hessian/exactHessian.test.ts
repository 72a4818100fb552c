import { dawid2021 } from "phaselens/papers";
import { readFileSync } from "node:fs";
import { readNpy, row, tensor, type Tensor } from "phaselens/core";
import { exactHessian } from "phaselens/hessian";
import { riskAndGradient, softmaxCrossEntropy } from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { authorSetup } from "../support/dawid.js";
import { problems, randomTensor } from "../support/models.js";
import { describeWithReference, referencePath } from "../support/reference.js";
import { axpy } from "phaselens/internal/core/tensor";
import { riskHvp } from "phaselens/internal/nn/losses/riskProducts";

const STEP = Math.cbrt(Number.EPSILON);

/**
 * Row by row from difference quotients of the gradient: slow, and made of nothing but
 * `riskAndGradient`.
 */
function differenceHessian(
  gradientAt: (theta: Float64Array) => Float64Array,
  theta: Float64Array,
): Tensor {
  const P = theta.length;
  const hessian = tensor([P, P]);
  for (let p = 0; p < P; p++) {
    const [up, down] = [theta.slice(), theta.slice()];
    up[p] += STEP;
    down[p] -= STEP;
    const [a, b] = [gradientAt(up), gradientAt(down)];
    row(hessian, p).set(a.map((v, q) => (v - b[q]) / (2 * STEP)));
  }
  return hessian;
}

describe.each(Object.entries(problems))("%s", (_name, make) => {
  const { network, theta, samples, loss } = make(23);
  const options = { loss, l2: 0.2 };
  const hessian = exactHessian(network, theta, samples, options);
  const P = theta.length;

  it("agrees with difference quotients of the gradient", () => {
    const slow = differenceHessian(
      (at) => riskAndGradient(network, at, samples, options).gradient,
      theta,
    );
    expectAllClose(hessian.data, slow.data, { rtol: 1e-5, atol: 2e-7 });
  });

  it("agrees with one Hessian-vector product for each parameter", () => {
    for (let p = 0; p < P; p++) {
      const unit = new Float64Array(P);
      unit[p] = 1;
      expectAllClose(row(hessian, p), riskHvp(network, theta, samples, unit, options), {
        rtol: 1e-10,
        atol: 1e-12,
      });
    }
  });

  it("is symmetric, and the same on the plain TypeScript kernels", () => {
    for (let p = 0; p < P; p++)
      for (let q = 0; q < p; q++) expect(hessian.data[p * P + q]).toBe(hessian.data[q * P + p]);
    expectAllClose(
      exactHessian(network, theta, samples, { ...options, backend: "typescript" }).data,
      hessian.data,
      { rtol: 1e-10, atol: 1e-13 },
    );
  });
});

describe("linear regression with squared error", () => {
  it("has the Hessian 2/out · 1 ⊗ X̃ᵀX̃ / n, in closed form", () => {
    const { network, theta, samples, loss } = problems["linear regression"](3);
    const hessian = exactHessian(network, theta, samples, { loss });
    const [n, inputs] = samples.x.shape;
    const second = (i: number, k: number): number => {
      // mean of x̃_i x̃_k with x̃ = (x, 1)
      let sum = 0;
      for (let s = 0; s < n; s++)
        sum += (i < inputs ? row(samples.x, s)[i] : 1) * (k < inputs ? row(samples.x, s)[k] : 1);
      return sum / n;
    };
    const P = theta.length;
    for (let p = 0; p < P; p++) {
      for (let q = 0; q < P; q++) {
        const [j, i] = p < 6 ? [Math.floor(p / 3), p % 3] : [p - 6, 3];
        const [l, k] = q < 6 ? [Math.floor(q / 3), q % 3] : [q - 6, 3];
        expect(hessian.data[p * P + q]).toBeCloseTo(j === l ? second(i, k) : 0, 12); // 2/out = 1
      }
    }
  });
});

describe("Dawid's networks", () => {
  it.each([
    ["740 parameters", dawid2021.cnn()],
    ["1675 parameters", dawid2021.gapCnn()],
  ] as const)("%s: H v equals the Hessian-vector product", (_title, network) => {
    const theta = randomTensor([network.parameterCount], 1).data.map((v) => 0.2 * v);
    const target = tensor([4, 2], [1, 0, 0, 1, 1, 0, 0, 1]);
    const samples = {
      x: tensor([4, 1, 924], randomTensor([4, 1, 924], 2).data.map(Math.abs)),
      target,
    };
    const hessian = exactHessian(network, theta, samples, { loss: softmaxCrossEntropy, l2: 5e-5 });
    const v = randomTensor([theta.length], 3).data;
    const product = new Float64Array(theta.length);
    for (let p = 0; p < theta.length; p++) axpy(v[p], row(hessian, p), product);
    expectAllClose(
      product,
      riskHvp(network, theta, samples, v, { loss: softmaxCrossEntropy, l2: 5e-5 }),
      { rtol: 1e-9, atol: 1e-11 },
    );
  });
});

describeWithReference("the authors' weights and data", () => {
  it("give the reference's evaluation-mode Hessian within 1e-6, and its training loss", () => {
    const { network, theta, training, options } = authorSetup();
    const hessian = exactHessian(network, theta, training, options);
    const reference = readNpy(referencePath("dawid2021/ours_hessian_eval_minmax_740_f32.npy"));
    let [difference, total] = [0, 0];
    for (let p = 0; p < reference.data.length; p++) {
      difference += (hessian.data[p] - reference.data[p]) ** 2;
      total += reference.data[p] ** 2;
    }
    expect(Math.sqrt(difference / total)).toBeLessThan(1e-6); // the file holds float32
    const spectra = JSON.parse(readFileSync(referencePath("dawid2021/spectra.json"), "utf8")) as {
      trace: number;
      train_CE: number;
    };
    expect(
      riskAndGradient(network, theta, training, { loss: softmaxCrossEntropy }).risk,
    ).toBeCloseTo(spectra.train_CE, 12);
  });
});
