import { describe, expect, it } from "vitest";
import { makeRng, row, tensor } from "phaselens/core";
import * as hessian from "phaselens/hessian";
import * as nn from "phaselens/nn";
import { networkFrom } from "phaselens/internal/nn/network/description";
import { problems } from "../support/models.js";

/** A problem with one layer free, and which entries of θ that is. */
function partOf(name: string, names: nn.Trainable) {
  const { network, theta, samples, loss } = problems[name](7);
  const part = nn.trainable(network, theta, names);
  const options = { loss, l2: 0.1 };
  const marked = part.whole(part.theta.map(() => NaN)).theta;
  const places = Array.from(marked.keys()).filter((p) => Number.isNaN(marked[p]));
  return { network, theta, samples, options, part, places };
}

const cases: [string, nn.Trainable][] = [
  ["relu perceptron, three classes", ["dense(5→3)", 0]],
  ["tanh and softplus perceptron", [2]],
  ["residual sum", [2, "dense(3→2)"]],
  ["interaction network", [4, 16]],
];

describe("trainable parameters", () => {
  it.each(cases)("are what derivatives are taken by, the rest stands still: %s", (name, names) => {
    const { network, theta, samples, options, part, places } = partOf(name, names);
    expect(places.length).toBe(part.network.parameterCount);
    expect(places.length).toBeLessThan(theta.length);
    expect(part.theta).toEqual(Float64Array.from(places, (p) => theta[p]));
    close(
      nn.predict(part.network, part.theta, samples.x).data,
      nn.predict(network, theta, samples.x).data,
    );
    const rows = nn.perSampleGradients(network, theta, samples, options);
    const own = nn.perSampleGradients(part.network, part.theta, samples, options);
    for (let s = 0; s < rows.shape[0]; s++)
      close(
        row(own, s),
        places.map((p) => row(rows, s)[p]),
      );
    const all = hessian.exactHessian(network, theta, samples, options);
    const block = hessian.exactHessian(part.network, part.theta, samples, options);
    const P = theta.length;
    close(
      block.data,
      places.flatMap((p) => places.map((q) => all.data[p * P + q])),
    );
    const v = part.theta.map((_, p) => Math.cos(p));
    close(
      hessian.gaussNewton(part.network, part.theta, samples, options).apply(v),
      places.map((p) => {
        const whole = new Float64Array(P);
        places.forEach((q, k) => (whole[q] = v[k]));
        return hessian.gaussNewton(network, theta, samples, options).apply(whole)[p];
      }),
    );
  });

  it("have the Kronecker factors that they have in the whole", () => {
    const { network, theta, samples, options, part, places } = partOf(
      "relu perceptron, three classes",
      [2],
    );
    const v = part.theta.map((_, p) => Math.sin(p + 1));
    const whole = new Float64Array(theta.length);
    places.forEach((p, k) => (whole[p] = v[k]));
    const own = hessian.kroneckerCurvature(part.network, part.theta, samples, options);
    const all = hessian.kroneckerCurvature(network, theta, samples, options);
    const expected = all.apply(whole);
    close(
      own.apply(v),
      places.map((p) => expected[p]),
    );
  });

  it("are trained alone, and the option of `train` puts them back in their places", () => {
    const { network, theta, samples, loss } = problems["relu perceptron, three classes"](7);
    const options = { loss, theta, epochs: 20, rng: makeRng(1), stuck: false as const };
    const { theta: found, loss: after } = nn.train(network, samples, {
      ...options,
      trainable: ["dense(5→3)"],
      keep: "lowestLoss",
      validation: samples,
    });
    const { places } = partOf("relu perceptron, three classes", ["dense(5→3)"]);
    found.forEach((value, p) => {
      if (!places.includes(p)) expect(value).toBe(theta[p]);
    });
    expect(places.some((p) => found[p] !== theta[p])).toBe(true);
    expect(after).toBeLessThan(nn.risk(network, theta, samples, { loss }));
    expect(() =>
      nn.train(network, samples, { ...options, theta: undefined, trainable: [0] }),
    ).toThrow("train: what is not trainable stays as theta has it. Give theta.");
  });

  it("are audited, and travel to worker threads with what is held", async () => {
    const { samples, options, part } = partOf("tanh and softplus perceptron", [4]);
    const { theta } = hessian.polish(part.network, part.theta, samples, options);
    const report = await hessian.audit(part.network, theta, samples, {
      options,
      test: samples,
      jobs: 1,
      retrain: { points: 5, rng: makeRng(1), jobs: 1 },
    });
    expect(report.parameters).toBe(part.network.parameterCount);
    expect(report.verdict).not.toBe("fail");
    expect(report.step!.kinks).toBe(false); // of held layers that are smooth
    const described = nn.describeNetwork(part.network);
    const again = networkFrom(JSON.parse(JSON.stringify(described)) as nn.NetworkDescription);
    expect(nn.predict(again, theta, samples.x)).toEqual(nn.predict(part.network, theta, samples.x));
  });

  it("leave a batch normalisation frozen unless it is named", () => {
    const trained = { mean: [1, 2], variance: [4, 9], scale: [1, 2], shift: [0, 1] };
    const network = nn.sequential([
      nn.dense(3, 2),
      nn.batchNorm(2, { trained }),
      nn.tanh(),
      nn.dense(2, 1),
    ]);
    const theta = nn.kaimingNormal(network, makeRng(3));
    const x = tensor(
      [4, 3],
      Float64Array.from({ length: 12 }, (_, k) => Math.sin(k)),
    );
    expect(nn.trainable(network, theta, [0]).theta.length).toBe(8);
    const part = nn.trainable(network, theta, [1, 3]);
    expect(part.theta.length).toBe(3 + 4);
    const before = nn.predict(network, theta, x);
    expect(nn.predict(part.network, part.theta, x)).toEqual(before);
    const whole = part.whole(part.theta.map((value) => value + 0.1));
    expect(whole.network.parameterCount).toBe(theta.length + 4);
    expect(nn.predict(whole.network, whole.theta, x)).toEqual(
      nn.predict(
        part.network,
        part.theta.map((value) => value + 0.1),
        x,
      ),
    );
  });

  it("are free where others share them, and held where these are", () => {
    const network = nn.graph((input, then, again) => {
      const first = then(nn.dense(2, 2), input);
      return then(nn.dense(2, 1), again(first, then(nn.tanh(), first)));
    });
    const theta = nn.kaimingNormal(network, makeRng(4));
    expect(nn.trainable(network, theta, [0]).theta).toEqual(theta.slice(0, 6));
    expect(nn.trainable(network, theta, [2]).theta).toEqual(theta.slice(0, 6));
  });

  it("go by the names of a file's parameters, both of a layer", () => {
    const network = nn.sequential([nn.dense(2, 2), nn.tanh(), nn.dense(2, 1)]);
    const theta = Float64Array.from({ length: 9 }, (_, p) => p);
    const parameters = [
      { name: "a.weight", shape: [2, 2], offset: 0 },
      { name: "a.bias", shape: [2], offset: 4 },
      { name: "b.weight", shape: [1, 2], offset: 6 },
    ];
    const named = (...names: string[]) => nn.trainable(network, theta, names, { parameters });
    expect(Array.from(named("b.weight").theta)).toEqual([6, 7, 8]);
    expect(Array.from(named("a.weight", "a.bias").theta)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(() => named("a.weight")).toThrow(
      'trainable: "a.weight" is named and "a.bias" of the same layer is not',
    );
    expect(() => named("c")).toThrow(
      'trainable: "c" names no parameters; there are 0 (dense(2→2)), 2 (dense(2→1)), a.weight',
    );
    expect(() => nn.trainable(network, theta, [])).toThrow("no parameter is named");
  });
});

function close(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  const scale = Math.max(...Array.from(expected, Math.abs), 1e-12);
  expect(found.length).toBe(expected.length);
  for (let k = 0; k < found.length; k++)
    expect(Math.abs(found[k] - expected[k]) / scale).toBeLessThan(1e-11);
}
