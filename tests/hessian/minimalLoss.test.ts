import { makeRng, row, takeRows, tensor, type Tensor } from "phaselens/core";
import {
  exactHessian,
  lossesAt,
  parallelHessian,
  removals,
  resamplingUncertainty,
  testGradients,
  testLosses,
  testSamples,
} from "phaselens/hessian";
import {
  dense,
  huberLoss,
  logisticLoss,
  losses,
  meanSquaredError,
  perSampleGradients,
  predict,
  sequential,
  tanh,
  type Loss,
  type Network,
  type Samples,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";
import { bootstrapResponse } from "phaselens/internal/hessian/resampling/bootstrapResponse";

const network: Network = sequential([dense(3, 4), tanh(), dense(4, 1)], "one output");
const [x, testX] = [randomTensor([160, 3], 1), randomTensor([8, 3], 2)];
const labels = (n: number): Tensor =>
  tensor(
    [n, 1],
    Float64Array.from({ length: n }, (_, s) => s % 2),
  );
const samples: Samples = { x, target: labels(160) };
const test: Samples = { x: testX, target: labels(8) };
// as many answers of yes as of no: 0 lies between the middle ones
const theta = randomTensor([network.parameterCount], 3).data;
const sorted = [...predict(network, theta, testX).data].sort((a, b) => a - b);
theta[theta.length - 1] -= (sorted[3] + sorted[4]) / 2;
const outputs = predict(network, theta, testX);

describe("the minimal loss of one output", () => {
  it("of a logistic model is that of the likelier answer, and so is its gradient", () => {
    const likelier = tensor(
      [8, 1],
      outputs.data.map((z) => (z > 0 ? 1 : 0)),
    );
    expect(new Set(likelier.data).size).toBe(2);
    const options = { loss: logisticLoss };
    const least = testLosses(network, theta, test, options, "minimal");
    const either = [0, 1].map((t) =>
      losses(logisticLoss, outputs, tensor([8, 1], new Float64Array(8).fill(t))),
    );
    least.forEach((value, s) => expect(value).toBe(Math.min(either[0][s], either[1][s])));
    expect(testGradients(network, theta, test, options, "minimal").data).toEqual(
      perSampleGradients(network, theta, { x: testX, target: likelier }, options).data,
    );
  });

  it.each([meanSquaredError, huberLoss()])(
    "of a regression is 0, and so is its gradient: $name",
    (loss) => {
      expect(testLosses(network, theta, test, { loss }, "minimal")).toEqual(new Float64Array(8));
      const gradients = testGradients(network, theta, test, { loss }, "minimal").data;
      expect(gradients.every((g) => g === 0)).toBe(true);
    },
  );

  it.each([meanSquaredError, logisticLoss])(
    "is what RUE is taken of by default: $name",
    async (loss) => {
      const risk = { loss, l2: 0.05 };
      const hessian = exactHessian(network, theta, samples, risk);
      const trainGradients = perSampleGradients(network, theta, samples, { loss });
      const options = { rng: makeRng(4), bootstraps: 30, damping: 1, jobs: 1 };
      const found = await resamplingUncertainty(
        network,
        theta,
        { hessian, trainGradients, test, loss },
        options,
      );
      // L at each θ′_b against what θ̃ predicts, sample by sample
      const wanted =
        loss === logisticLoss ? outputs.data.map((z) => (z > 0 ? 1 : 0)) : outputs.data;
      expect(found.original).toEqual(losses(loss, outputs, tensor([8, 1], wanted)));
      // at θ̃ a regression's loss is 0, so RUE is the mean fourth power of the output's change
      const change = found.losses.data.map((value, k) => value - found.original[k % 8]);
      const spread = Float64Array.from({ length: 8 }, (_, t) =>
        change.reduce((sum, d, k) => (k % 8 === t ? sum + d ** 2 / 30 : sum), 0),
      );
      expectAllClose(found.uncertainty, spread, { rtol: 1e-12 });
      if (loss === meanSquaredError)
        expect(Math.min(...found.losses.data)).toBeGreaterThanOrEqual(0);
    },
  );

  it("with labels of each model's own is 0 at every model of a regression", async () => {
    const thetas = tensor(
      [2, theta.length],
      Float64Array.from([...theta, ...theta.map((v) => 2 * v)]),
    );
    const own = await lossesAt(network, thetas, test, meanSquaredError, {
      ownLabels: true,
      jobs: 1,
    });
    expect(own.data).toEqual(new Float64Array(16));
    const yes = await lossesAt(network, thetas, test, logisticLoss, { ownLabels: true, jobs: 1 });
    expect(Math.max(...yes.data)).toBeLessThanOrEqual(Math.LN2);
    expect(row(yes, 0)).toEqual(
      testLosses(network, theta, test, { loss: logisticLoss }, "minimal"),
    );
  });

  it("without a loss is refused, and so is a version that there is not", () => {
    expect(() => testSamples(network, theta, test, "minimal")).toThrow(
      "there is one output, of which none is the largest.",
    );
    expect(() => testSamples(network, theta, test, "least" as "minimal", logisticLoss)).toThrow(
      'version is "least"; it must be "truth" or "minimal".',
    );
  });
});

describe("a loss of one's own", () => {
  // |z − t| rounded at 0: no row of the table
  const own: Loss = {
    ...meanSquaredError,
    name: "rounded modulus",
    spec: undefined,
    value(z, t, n, out, into) {
      into.fill(0, 0, n);
      for (let p = 0; p < n * out; p++) into[Math.floor(p / out)] += Math.hypot(1, z[p] - t[p]) - 1;
    },
    gradient(z, t, n, out, into) {
      for (let p = 0; p < n * out; p++) into[p] = (z[p] - t[p]) / Math.hypot(1, z[p] - t[p]);
    },
    hessianProduct(z, t, v, n, out, into) {
      for (let p = 0; p < n * out; p++) into[p] = v[p] / Math.hypot(1, z[p] - t[p]) ** 3;
    },
    factor(z, t, k, n, out, into) {
      into.fill(0, 0, n * out);
      for (let p = k; p < n * out; p += out) into[p] = Math.hypot(1, z[p] - t[p]) ** -1.5;
    },
  };
  const problem = (loss: Loss) => ({
    network,
    theta,
    training: samples,
    options: { loss },
    damping: 5,
    hessian: exactHessian(network, theta, samples, { loss }),
  });
  const thetas = takeRows(tensor([1, theta.length], theta), new Int32Array(130));
  const here = { jobs: 1 };
  const away = { jobs: 2 };
  const counts = tensor([4, 160], new Float64Array(640).fill(1));
  const groups = [[0], [1], [2], [3]];

  it("computes in this thread", async () => {
    expect((await lossesAt(network, thetas, test, own, here)).shape).toEqual([130, 8]);
    expectAllClose(
      (await parallelHessian(network, theta, samples, { loss: own, ...here })).data,
      problem(own).hessian.data,
      { rtol: 1e-9, atol: 1e-11 },
    );
    expect((await removals(problem(own), test, groups, here)).facts).toHaveLength(4);
    expect((await bootstrapResponse(problem(own), counts, here)).evaluations).toHaveLength(4);
  });

  it.each([
    ["of its own name", own],
    ["that is a changed copy", { ...meanSquaredError, value: own.value }],
  ])("%s is not sent to other threads", async (_, loss) => {
    const message =
      /is no loss of this library, so .* elsewhere\. Compute in this thread \(jobs: 1\)/;
    await expect(lossesAt(network, thetas, test, loss, away)).rejects.toThrow(message);
    await expect(parallelHessian(network, theta, samples, { loss, ...away })).rejects.toThrow(
      message,
    );
    await expect(removals(problem(loss), test, groups, away)).rejects.toThrow(message);
    await expect(bootstrapResponse(problem(loss), counts, away)).rejects.toThrow(message);
  });

  it("with parameters of the table goes there and comes out the same", async () => {
    const loss = huberLoss({ delta: 0.3 });
    const [one, two] = await Promise.all(
      [here, away].map((jobs) => lossesAt(network, thetas, test, loss, jobs)),
    );
    expect(two.data).toEqual(one.data);
    expect(one.data).not.toEqual((await lossesAt(network, thetas, test, huberLoss(), here)).data);
  });
});
