import { auc, correlation, makeRng, ShapeError, takeRows, tensor } from "phaselens/core";
import { exactHessian, gaussNewton, hvp, kroneckerCurvature, polish } from "phaselens/hessian";
import * as forest from "phaselens/forest";
import * as nn from "phaselens/nn";
import { patches } from "phaselens/lrp";
import { hubbardGroundState } from "phaselens/physics";
import { describe, expect, it } from "vitest";

const network = nn.sequential([nn.dense(2, 3), nn.tanh(), nn.dense(3, 1)]);
const theta = nn.kaimingNormal(network, makeRng(1));
const samples = {
  x: tensor([4, 2], [0, 1, 1, 0, 2, 1, 1, 2]),
  target: tensor([4, 1], [0, 1, 1, 0]),
};
const loss = nn.meanSquaredError;
const wrong = [NaN, Infinity, -1, -0.5];

describe("numbers that are none of the kind are refused where they come in", () => {
  it.each(wrong)("a penalty of %d", (bad) => {
    const calls: Record<string, (penalty: { l2: number }) => unknown> = {
      risk: (penalty) => nn.risk(network, theta, samples, { loss, ...penalty }),
      riskAndGradient: (penalty) =>
        nn.riskAndGradient(network, theta, samples, { loss, ...penalty }),
      perSampleGradients: (penalty) =>
        nn.perSampleGradients(network, theta, samples, { loss, ...penalty }),
      train: (penalty) =>
        nn.train(network, samples, { loss, epochs: 1, rng: makeRng(1), ...penalty }),
      hvp: (penalty) => hvp(network, theta, samples, theta, { loss, ...penalty }),
      exactHessian: (penalty) => exactHessian(network, theta, samples, { loss, ...penalty }),
      gaussNewton: (penalty) => gaussNewton(network, theta, samples, { loss, ...penalty }),
      kroneckerCurvature: (penalty) =>
        kroneckerCurvature(network, theta, samples, { loss, ...penalty }),
      polish: (penalty) => polish(network, theta, samples, { loss, ...penalty }),
    };
    for (const [name, call] of Object.entries(calls)) {
      expect(() => call({ l2: bad }), name).toThrow(/l2 is .* Give a number ≥ 0/);
      expect(() => call({ l2: 0.1 }), name).not.toThrow();
    }
    expect(() => nn.risk(network, theta, samples, { loss, l1: bad })).toThrow(/l1 is/);
    const strengths = new Float64Array(network.parameterCount);
    strengths[3] = bad;
    expect(() => nn.risk(network, theta, samples, { loss, l1: strengths })).toThrow(
      /parameter 3 is/,
    );
  });

  it("a limit of the gradient that is none", () => {
    const train = (clip: number): unknown =>
      nn.train(network, samples, { loss, epochs: 1, rng: makeRng(1), clip });
    for (const bad of [NaN, 0, -1]) expect(() => train(bad)).toThrow(/clip is/);
    expect(() => train(Infinity)).not.toThrow();
  });

  it.each([-1, 0.5, 99, NaN])("row %d of a tensor of four", (row) => {
    expect(() => takeRows(samples.x, [0, row])).toThrow(ShapeError);
  });

  it.each([-1, 2.5, NaN, Infinity])("an extent of %d", (extent) => {
    expect(() => tensor([extent, 4], new Float64Array(10))).toThrow(ShapeError);
    expect(() => tensor([extent, 4])).toThrow(ShapeError);
  });

  it("a tensor made by hand that says more rows than it has", async () => {
    const x = { shape: [6, 2], data: samples.x.data };
    expect(() => nn.predict(network, theta, x)).toThrow(ShapeError);
    const data = { x: samples.x, target: [0, 1, 1, 0] };
    const model = await forest.randomForest(data, { trees: 2, seed: 1 });
    expect(() => forest.predict(model, x)).toThrow(ShapeError);
  });

  it("a label that is neither", () => {
    for (const bad of [NaN, 0.5, 2, -1])
      expect(() => auc([0.1, 0.2, 0.3], [0, 1, bad])).toThrow(/sample 2 is said to be/);
  });

  it("shapes and chains that no memory holds", () => {
    expect(() => patches([1e308, 4], 2)).toThrow(ShapeError);
    expect(() => hubbardGroundState({ sites: 2 ** 31, interaction: 1 })).toThrow(/Use at most/);
  });
});

describe("correlation", () => {
  it("does not depend on units, from 1e-200 to 1e200", () => {
    const [x, y] = [
      [1, 2, 4, 8],
      [3, 1, 2, 7],
    ];
    for (const unit of [1e-200, 1e-9, 1, 1e9, 1e200]) {
      const scaled = x.map((value) => value * unit);
      expect(correlation(scaled, y)).toBeCloseTo(correlation(x, y), 14);
    }
    expect(() => correlation([0.1, 0.1, 0.1], [1, 2, 3])).toThrow(/constant/);
  });
});

describe("a network that sees inputs of many lengths", () => {
  it("keeps what it needed last, not all of it", () => {
    const scans = nn.sequential([
      nn.conv1d(1, 4, 3),
      nn.relu(),
      nn.globalAveragePool(),
      nn.flatten(),
    ]);
    const weights = nn.kaimingNormal(scans, makeRng(2));
    const before = process.memoryUsage.rss();
    for (let length = 400; length < 900; length++)
      nn.predict(scans, weights, tensor([1, 1, length]));
    expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(700);
  });
});
