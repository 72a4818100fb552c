import { dawid2021 } from "phaselens/papers";
import { makeRng, tensor, type Tensor } from "phaselens/core";
import {
  accuracy,
  adam,
  cosineSchedule,
  dense,
  describeParameters,
  dropout,
  kaimingNormal,
  meanSquaredError,
  parameterBlocks,
  predict,
  relu,
  risk,
  riskAndGradient,
  sequential,
  sgd,
  softmaxCrossEntropy,
  stepSchedule,
  tanh,
  train,
  shapes,
  type Samples,
  type SampleSource,
  type TrainOptions,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";
import { clipNorm } from "phaselens/internal/nn/training/optimiser";

/** Points inside and outside a circle: not separable by a line. */
function circle(n: number, seed: number): Samples {
  const x = randomTensor([n, 2], seed);
  const target = tensor([n, 2]);
  for (let s = 0; s < n; s++)
    target.data[2 * s + (Math.hypot(x.data[2 * s], x.data[2 * s + 1]) > 1.18 ? 1 : 0)] = 1;
  return { x, target };
}

const network = sequential([dense(2, 16), tanh(), dropout(0.05), dense(16, 2)]);
const data = circle(200, 1);
const options: TrainOptions = {
  loss: softmaxCrossEntropy,
  rng: makeRng(1),
  epochs: 40,
  batchSize: 20,
  schedule: cosineSchedule,
};

describe("train", () => {
  it("learns what a line cannot separate", () => {
    const result = train(network, data, options);
    expect(accuracy(predict(network, result.theta, data.x), data.target)).toBeGreaterThan(0.95);
    expect(result.stopped).toBe("epochs");
    expect(result.history).toHaveLength(40);
  });

  it("is a function of its seed", () => {
    expect(train(network, data, options).theta).toEqual(train(network, data, options).theta);
    expect(train(network, data, { ...options, rng: makeRng(2) }).theta).not.toEqual(
      train(network, data, options).theta,
    );
  });

  it.each([sgd({ learningRate: 0.1, momentum: 0.9 }), adam({ learningRate: 0.01 })])(
    "resumed from a checkpoint with $name goes on bit for bit",
    (optimiser) => {
      const whole = train(network, data, { ...options, optimiser, epochs: 12, schedule: () => 1 });
      const half = train(network, data, { ...options, optimiser, epochs: 5, schedule: () => 1 });
      expect(
        train(
          network,
          data,
          { ...options, optimiser, epochs: 12, schedule: () => 1 },
          half.checkpoint,
        ).theta,
      ).toEqual(whole.theta);
    },
  );

  it.each(["float64", "float32"] as const)(
    "says so when the very last step diverges, in %s",
    (precision) => {
      // every epoch measures its loss before its steps: one step, and the result alone is no number
      const line = sequential([dense(2, 4), relu(), dense(4, 2)]);
      const diverging: TrainOptions = {
        ...options,
        loss: meanSquaredError,
        optimiser: sgd({ learningRate: 1e200 }),
        precision,
        stuck: false,
      };
      const one = {
        x: tensor(
          [200, 2],
          data.x.data.map((v) => 1e3 * v),
        ),
        target: data.target,
      };
      expect(() => train(line, one, { ...diverging, epochs: undefined, steps: 1 })).toThrow(
        /train: .* is (-?Infinity|NaN) after the last epoch, 1\. Use a smaller/,
      );
      expect(() => train(line, one, { ...diverging, epochs: 3 })).toThrow(
        /train: .* is (-?Infinity|NaN)/,
      );
    },
  );

  it("the loss of an epoch is the mean over the samples it came past, however many those are", () => {
    const still: TrainOptions = { ...options, epochs: undefined, batchSize: 3, schedule: () => 0 };
    const line = sequential([dense(2, 2)]); // no dropout, and weights that stand still
    // 200 samples are 66 batches of three and one of two
    const whole = train(line, data, { ...still, steps: 67, stuck: false });
    expect(whole.history[0].loss).toBeCloseTo(risk(line, whole.theta, data, still), 12);
    // four of the five samples; they are equal, so that each mean is the loss of one
    const equal = { x: tensor([5, 2]), target: tensor([5, 2]) };
    equal.x.data.fill(0.5);
    equal.target.data.set([1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
    const part = train(line, equal, { ...still, batchSize: 2, steps: 5, stuck: false });
    const each = risk(line, part.theta, equal, still);
    expect(part.history.map((epoch) => epoch.loss / each)).toEqual([
      expect.closeTo(1, 12),
      expect.closeTo(1, 12),
    ]);
  });

  it("stops at a target loss, between epochs if asked to", () => {
    const result = train(network, data, { ...options, stopAt: 0.4, checkEvery: 2 });
    expect(result.stopped).toBe("target");
    expect(result.loss).toBeLessThanOrEqual(0.4);
    expect(result.loss).toBeGreaterThan(0.3);
    expect(result.history.at(-1)!.loss).toBe(result.loss);
  });

  it("notices a stuck start and begins again with other weights", () => {
    let starts = 0;
    const dead = sequential([dense(2, 8), relu(), dense(8, 2)]);
    const initialise: TrainOptions["initialise"] = (net, rng) => {
      const theta = kaimingNormal(net, rng);
      // all ReLUs off: only the output's bias can learn
      if (starts++ === 0) theta.fill(-10, 16, 24);
      return theta;
    };
    const result = train(dead, data, { ...options, initialise });
    expect(starts).toBe(2);
    expect(result.retries).toBe(1);
    expect(result.history[0].retry).toBe(1);
    expect(() =>
      train(dead, data, {
        ...options,
        initialise: (net) => new Float64Array(net.parameterCount).fill(-10, 16, 24),
      }),
    ).toThrow(
      /in 4 start\(s\): 0\.\d+ after epoch 5, that of the best constant is 0\.\d+\. .*stuck: \{ patience: 20 \}/,
    );
  });

  describe("keeping the best epoch by validation samples", () => {
    const validation = circle(100, 2);
    const restless: TrainOptions = {
      ...options,
      optimiser: sgd({ learningRate: 0.5, momentum: 0.95 }),
      schedule: () => 1,
      epochs: 15,
    };
    const scores = {
      lowestLoss: (theta: Float64Array) =>
        -risk(network, theta, validation, { loss: softmaxCrossEntropy }),
      bestAccuracy: (theta: Float64Array) =>
        accuracy(predict(network, theta, validation.x), validation.target),
    };

    it.each(["lowestLoss", "bestAccuracy"] as const)(
      "%s: the result is the first of the best among all trainings of fewer epochs",
      (keep) => {
        const states = Array.from({ length: 15 }, (_, k) =>
          train(network, data, { ...restless, epochs: k + 1 }),
        );
        const values = states.map(({ theta }) => scores[keep](theta));
        const best = values.indexOf(Math.max(...values));
        const result = train(network, data, { ...restless, validation, keep });
        expect(best).toBeLessThan(14); // or the last epoch would do
        expect(result.kept!.epoch).toBe(best + 1);
        expect(result.theta).toEqual(states[best].theta);
        expect(result.loss).toBe(states[best].loss);
        expect(Math.abs(result.kept!.score)).toBe(Math.abs(values[best]));
        expect(result.checkpoint.theta).toEqual(states[14].theta);
        expect(result.history.map((epoch) => Math.abs(epoch.validation!))).toEqual(
          values.map(Math.abs),
        );
      },
    );

    it("of epochs that are equally good it keeps the first", () => {
      const few = circle(3, 3);
      const values = Array.from({ length: 15 }, (_, k) => {
        const { theta } = train(network, data, { ...restless, epochs: k + 1 });
        return accuracy(predict(network, theta, few.x), few.target);
      });
      const best = Math.max(...values);
      expect(values.filter((value) => value === best).length).toBeGreaterThan(1);
      const { kept } = train(network, data, { ...restless, validation: few, keep: "bestAccuracy" });
      expect(kept).toMatchObject({ epoch: values.indexOf(best) + 1, score: best });
    });

    it.each([3, 12])("resumed after %i epochs, it remembers the best one before", (epochs) => {
      const all = { ...restless, validation, keep: "lowestLoss" } as const;
      const first = train(network, data, { ...all, epochs });
      const { theta, kept } = train(network, data, all);
      expect(train(network, data, all, first.checkpoint)).toMatchObject({ theta, kept });
    });

    it("works for samples that are read when they are needed", () => {
      const reading: SampleSource = {
        count: 200,
        inputShape: [2],
        outputs: 2,
        readInput: (s, into, at) => void into.set(data.x.data.subarray(2 * s, 2 * s + 2), at),
        readTarget: (s, into, at) => void into.set(data.target.data.subarray(2 * s, 2 * s + 2), at),
      };
      const all = { ...restless, validation, keep: "lowestLoss" } as const;
      const [whole, read] = [train(network, data, all), train(network, reading, all)];
      expect(read.theta).toEqual(whole.theta);
      expect(read.loss).toBeCloseTo(whole.loss, 12);
    });

    it("says what is missing", () => {
      expect(() => train(network, data, { ...options, validation })).toThrow(
        'train: validation samples serve keep "lowestLoss" or "bestAccuracy". Say which.',
      );
      expect(() => train(network, data, { ...options, keep: "lowestLoss" })).toThrow(
        'train: keep "lowestLoss" needs validation samples. Pass them as validation.',
      );
    });
  });

  it("says so when the loss stops being a number", () => {
    const wild = {
      ...options,
      loss: meanSquaredError,
      optimiser: sgd({ learningRate: 1e9 }),
      stuck: false as const,
    };
    expect(() => train(sequential([dense(2, 2)]), data, wild)).toThrow(
      /train: the loss is (NaN|Infinity) in epoch \d+\. Use a smaller learning rate or clip the gradient\./,
    );
  });

  it("refuses epochs and batches that are no counts, and labels that are not finite", () => {
    expect(() => train(network, data, { ...options, epochs: 0 })).toThrow(
      "train: epochs must be a whole number ≥ 1, got 0.",
    );
    expect(() => train(network, data, { ...options, batchSize: 2.5 })).toThrow(
      "train: batchSize must be a whole number ≥ 1, got 2.5.",
    );
    const target: Tensor = tensor(
      [200, 2],
      data.target.data.map((v, p) => (p === 7 ? NaN : v)),
    );
    expect(() => train(network, { x: data.x, target }, options)).toThrow(
      /train: targets: entry 7 is NaN/,
    );
  });

  it("L1 and L2 terms pull the weights in", () => {
    const size = (extra: Partial<TrainOptions>): number =>
      train(network, data, { ...options, ...extra }).theta.reduce((sum, v) => sum + Math.abs(v), 0);
    const free = size({});
    expect(size({ l2: 0.02 })).toBeLessThan(free);
    expect(size({ l1: 0.005 })).toBeLessThan(free);
  });
});

describe("optimisers", () => {
  it("sgd with momentum makes PyTorch's two steps", () => {
    const rule = sgd({ learningRate: 0.1, momentum: 0.9 });
    const [theta, state] = [Float64Array.of(1), rule.start(1)];
    rule.update(theta, Float64Array.of(2), state, 1);
    rule.update(theta, Float64Array.of(2), state, 0.5);
    expect(theta[0]).toBeCloseTo(1 - 0.2 - 0.05 * 3.8, 14);
  });
  it("adam's first step has the length of the learning rate", () => {
    const rule = adam({ learningRate: 0.01 });
    const [theta, state] = [Float64Array.of(1, 1), rule.start(2)];
    rule.update(theta, Float64Array.of(3, -1e-3), state, 1);
    expectAllClose(theta, [0.99, 1.01], { rtol: 1e-6 });
  });
  it("clipping keeps direction and reports the norm", () => {
    const g = Float64Array.of(3, 4);
    expect(clipNorm(g, 1)).toBe(5);
    expectAllClose(g, [0.6, 0.8]);
    expect(clipNorm(g, 10)).toBeCloseTo(1, 14);
  });
  it("schedules run from 1 down", () => {
    expect(
      [cosineSchedule(0), cosineSchedule(0.5), cosineSchedule(1)].map((v) => +v.toFixed(12)),
    ).toEqual([1, 0.5, 0]);
    expect([0, 0.5, 0.9].map(stepSchedule([0.5, 0.8]))).toEqual([1, 0.1, 0.010000000000000002]);
  });
  it("refuse a learning rate that is not positive", () => {
    expect(() => sgd({ learningRate: 0 })).toThrow(
      "sgd: learningRate is 0; it must be a finite number > 0.",
    );
  });
});

describe("Dawid's architectures", () => {
  it("have 740 and 1675 parameters and the sizes of Fig. 7", () => {
    expect(dawid2021.cnn().parameterCount).toBe(740);
    expect(dawid2021.gapCnn().parameterCount).toBe(1675);
    expect(shapes(dawid2021.cnn(), [1, 924]).map((s) => s.join("×"))).toEqual([
      "1×924",
      "5×912",
      "5×228",
      "5×228",
      "8×224",
      "8×56",
      "8×56",
      "10×57",
      "10×14",
      "10×14",
      "140",
      "2",
    ]);
    expect(shapes(dawid2021.gapCnn(), [1, 924]).at(-2)).toEqual([25]);
    expect(shapes(dawid2021.gapCnn(), [1, 3432]).at(-1)).toEqual([2]);
  });
  it("order θ as PyTorch names parameters: weight, bias, layer by layer", () => {
    expect(parameterBlocks(dawid2021.cnn()).map(({ role, offset }) => [role, offset])).toEqual([
      ["weight", 0],
      ["bias", 75],
      ["weight", 80],
      ["bias", 280],
      ["weight", 288],
      ["bias", 448],
      ["weight", 458],
      ["bias", 738],
    ]);
    expect(
      describeParameters(dawid2021.gapCnn()).reduce((sum, block) => sum + block.parameters, 0),
    ).toBe(1675);
  });
  it("give the length that the 740-parameter network cannot take a clear error", () => {
    expect(() => predict(dawid2021.cnn(), new Float64Array(740), tensor([1, 1, 3432]))).toThrow(
      /dense\(140→2\): samples must have shape \[140\], got \[530\]/,
    );
  });
});

describe("risk of a constant output", () => {
  it("is the entropy of the labels, or the variance of the targets", () => {
    const labels = tensor([4, 2], [1, 0, 1, 0, 1, 0, 0, 1]);
    expect(softmaxCrossEntropy.constantRisk(labels)).toBeCloseTo(
      -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25),
      14,
    );
    expect(meanSquaredError.constantRisk(tensor([3, 1], [1, 2, 3]))).toBeCloseTo(2 / 3, 14);
  });
  it("and its gradient vanishes there", () => {
    const bias = sequential([dense(1, 2)]);
    const samples = { x: tensor([4, 1]), target: tensor([4, 2], [1, 0, 1, 0, 1, 0, 0, 1]) };
    const theta = Float64Array.of(0, 0, Math.log(3), 0);
    const { risk, gradient } = riskAndGradient(bias, theta, samples, { loss: softmaxCrossEntropy });
    expect(risk).toBeCloseTo(softmaxCrossEntropy.constantRisk(samples.target), 14);
    expectAllClose(gradient, [0, 0, 0, 0], { atol: 1e-15 });
  });
});
