import { makeRng, oneHot, tensor, type Tensor } from "phaselens/core";
import { polish } from "phaselens/hessian";
import {
  adam,
  dense,
  kaimingNormal,
  logisticLoss,
  meanSquaredError,
  sequential,
  softmaxCrossEntropy,
  tanh,
  train,
  type Loss,
  type Network,
} from "phaselens/nn";
import { modelInputs } from "phaselens/internal/interop/models/modelInputs";
import type { NetworkQuestion } from "phaselens/internal/report/answers/question";

export interface Asked {
  readonly question: NetworkQuestion;
  readonly network: Network;
  readonly theta: Float64Array;
  readonly train: { readonly x: Tensor; readonly target: Tensor };
  readonly test: { readonly x: Tensor; readonly target: Tensor };
  readonly l2: number;
}

/** A question about a network at the minimum of its risk. */
function asked(
  network: Network,
  loss: Loss,
  samples: Asked["train"],
  test: Asked["test"],
  more: Partial<NetworkQuestion> = {},
): Asked {
  const l2 = 0.02;
  const convex = network.nodes.length === 1;
  const start = convex
    ? kaimingNormal(network, makeRng(1, "asked"))
    : train(network, samples, {
        loss,
        l2,
        rng: makeRng(1, "asked"),
        epochs: 60,
        batchSize: 20,
        optimiser: adam({ learningRate: 0.02 }),
      }).theta;
  const { theta } = polish(network, start, samples, { loss, l2, tolerance: 1e-9 });
  const [, ...sample] = samples.x.shape;
  const question: NetworkQuestion = {
    title: "asked",
    model: {
      network,
      theta,
      format: "phaselens",
      output: loss.output,
      ...modelInputs([{ name: "input", shape: sample }], "first"),
    },
    loss,
    l2,
    points: { x: test.x, shape: test.x.shape, target: test.target },
    training: { x: samples.x, shape: samples.x.shape, target: samples.target },
    seed: 3,
    jobs: 1,
    ...more,
  };
  return { question, network, theta, train: samples, test, l2 };
}

/** Gaussian points of three kinds in four columns, the last of which nearly repeats the first. */
export function threeKinds(flipped: readonly number[] = []): Asked {
  const rng = makeRng(11, "three kinds");
  const [n, tests] = [90, 30];
  const labels = Array.from({ length: n + tests }, (_, k) => k % 3);
  const x = tensor([n + tests, 4]);
  labels.forEach((label, t) => {
    for (let k = 0; k < 3; k++) x.data[4 * t + k] = rng.normal() + (k === label ? 2 : 0);
    x.data[4 * t + 3] = x.data[4 * t] + 0.1 * rng.normal();
  });
  const given = labels.map((label, t) => (flipped.includes(t) ? (label + 1) % 3 : label));
  const part = (from: number, to: number): Asked["train"] => ({
    x: tensor([to - from, 4], x.data.slice(4 * from, 4 * to)),
    target: oneHot(given.slice(from, to), 3),
  });
  const network = sequential([dense(4, 4), tanh(), dense(4, 3)], "three kinds");
  const names = ["a", "b", "c", "like a"];
  const own = asked(network, softmaxCrossEntropy, part(0, n), part(n, n + tests), {
    classes: ["up", "down", "strange"],
  });
  return {
    ...own,
    question: { ...own.question, points: { ...own.question.points, names } },
  };
}

/** y = 3 x₀ − 2 x₁ + 200 and noise, with a column that says nothing, and a linear network. */
export function line(): Asked {
  const rng = makeRng(12, "line");
  const part = (n: number): Asked["train"] => {
    const x = tensor(
      [n, 3],
      Float64Array.from({ length: 3 * n }, () => rng.normal()),
    );
    const target = tensor([n, 1]);
    for (let t = 0; t < n; t++)
      target.data[t] = 3 * x.data[3 * t] - 2 * x.data[3 * t + 1] + 200 + 0.3 * rng.normal();
    return { x, target };
  };
  return asked(sequential([dense(3, 1)], "line"), meanSquaredError, part(60), part(20));
}

/** Yes where x₀ > 0, with noise; a column that says nothing. */
export function yesOrNo(): Asked {
  const rng = makeRng(13, "yes or no");
  const part = (n: number): Asked["train"] => {
    const x = tensor(
      [n, 2],
      Float64Array.from({ length: 2 * n }, () => rng.normal()),
    );
    const target = tensor([n, 1]);
    for (let t = 0; t < n; t++) target.data[t] = x.data[2 * t] + 0.4 * rng.normal() > 0 ? 1 : 0;
    return { x, target };
  };
  return asked(sequential([dense(2, 1)], "yes or no"), logisticLoss, part(60), part(40));
}
