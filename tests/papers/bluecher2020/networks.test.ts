import { bluecher2020 } from "phaselens/papers";
import { makeRng, size, tensor } from "phaselens/core";
import * as nn from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose, relativeToMaximum } from "../../support/allclose.js";
import { randomTensor } from "../../support/models.js";
import { binTarget } from "phaselens/internal/nn/losses/bins";
import { l1Strengths } from "phaselens/internal/nn/losses/penalties";
import { networkFrom } from "phaselens/internal/nn/network/description";
import { uniformFanIn } from "phaselens/internal/nn/network/initialise";
import { mlpTraining } from "phaselens/internal/papers/bluecher2020/training";
import { mlpRecipe } from "phaselens/internal/papers/bluecher2020/recipes";

const bins = nn.labelBins(bluecher2020.couplings());

describe("the networks of Blücher et al. 2020", () => {
  it("have the layers of Tables II and III", () => {
    expect(nn.shapes(bluecher2020.mlp(), [18]).map(String)).toEqual([
      "18",
      "256",
      "256",
      "128",
      "128",
      "140",
      "140",
    ]);
    expect(nn.shapes(bluecher2020.cnn(), [1, 16, 16, 16]).map((shape) => shape.join("×"))).toEqual([
      "1×16×16×16",
      "5×15×15×15",
      "5×15×15×15",
      "5×7×7×7",
      "1715",
      "256",
      "256",
      "140",
      "140",
    ]);
    expect(bluecher2020.mlp().parameterCount).toBe(19 * 256 + 257 * 128 + 129 * 140);
    expect(bluecher2020.cnn().parameterCount).toBe(9 * 5 + 1716 * 256 + 257 * 140);
  });
  it("end with a leaky ReLU, for plain regression with nothing", () => {
    for (const make of [bluecher2020.mlp, bluecher2020.cnn]) {
      expect(make().nodes.at(-1)!.layer.name).toBe("leakyRelu(0.01)");
      expect(make({ outputs: 1 }).nodes.at(-1)!.layer.kind).toBe("affine");
    }
  });
  it("can be rebuilt in a worker thread", () => {
    for (const network of [bluecher2020.mlp({ inputs: 19 }), bluecher2020.cnn({ extent: 8 })]) {
      expect(networkFrom(nn.describeNetwork(network)).parameterCount).toBe(network.parameterCount);
    }
  });
  it("need a lattice with room for one window", () => {
    expect(nn.shapes(bluecher2020.cnn({ extent: 3 }), [1, 3, 3, 3])[4]).toEqual([5]);
    expect(() => bluecher2020.cnn({ extent: 2 })).toThrow(
      "bluecher2020.cnn: extent is 2; it must be a whole number 3 … 65536.",
    );
  });
});

describe("how they are trained", () => {
  it("is one recipe of App. E, with LASSO and length as they are asked for", () => {
    const { description, risk, options } = bluecher2020.cnnTraining({
      lasso: 0.0045,
      steps: 12_000,
    });
    expect(description).toBe(
      "squared error, lasso 4.5e-3 on the first layer, adam 0.001 cosine, batch 16, 12000 steps, sign flips, biases ≤ 0, uniform fan-in, float32",
    );
    expect([risk.l1, options.l1, options.steps, options.batchSize, options.biases]).toEqual([
      { firstLayer: 0.0045 },
      { firstLayer: 0.0045 },
      12_000,
      16,
      "non-positive",
    ]);
    expect(mlpTraining({ lasso: 1e-4, steps: 2000 }).description).toBe(mlpRecipe.description);
    // its observables have no sign
    expect(mlpRecipe.options.augment).toBeUndefined();
  });
  it("refuses a LASSO that is none", () => {
    expect(() => bluecher2020.cnnTraining({ lasso: -1, steps: 10 })).toThrow(
      "bluecher2020: training.lasso is -1; it must be a finite number ≥ 0.",
    );
  });
});

describe("bins", () => {
  it("are smeared by 3 Δκ: 1 in the true bin, e^(−1/18) in its neighbours, Eq. (B4)", () => {
    const y = binTarget(bins.centres[30], bins);
    expect(y[30]).toBe(1);
    expectAllClose(
      [y[29], y[31], y[33], y[36]],
      [Math.exp(-1 / 18), Math.exp(-1 / 18), Math.exp(-0.5), Math.exp(-2)],
    );
    expect(y.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
  it("are read back at the largest output", () => {
    const values = [-0.35, -0.1, 0, 0.345];
    expect(Array.from(nn.predictedValues(nn.binTargets(values, bins), bins))).toEqual(values);
    // between two centres, the nearer one
    expect(nn.predictedValues(nn.binTargets([0.1021], bins), bins)[0]).toBe(0.1);
  });
  it("plain regression is read back as it is", () => {
    expect(Array.from(nn.predictedValues(nn.valueTargets([0.3, -0.2]), bins))).toEqual([0.3, -0.2]);
  });
  it("must be there, in order, and wider than nothing", () => {
    expect(() => nn.labelBins([])).toThrow(
      "labelBins: there are 0 bins. Give at least one centre.",
    );
    expect(() => nn.labelBins([0, 1, 1])).toThrow(
      "labelBins: bin 2 at 1 does not lie above bin 1 at 1. They must ascend; sort the centres.",
    );
    for (const width of [0, -1, NaN])
      expect(() => nn.labelBins([0, 1], width)).toThrow(
        `labelBins: width is ${width}; it must be a finite number > 0.`,
      );
    expect(() => nn.labelBins([0])).toThrow("labelBins: the width σ is NaN."); // one bin has no Δκ
    expect(() => binTarget(NaN, bins)).toThrow(
      "binTarget: the label is NaN. Give a finite number.",
    );
    expect(() => nn.predictedValues(tensor([2, 3]), bins)).toThrow(
      "predictedValues: outputs [2,3] and 140 bins; they must agree.",
    );
  });
});

/** A small relative of the CNN on 4³ sites. */
const network = bluecher2020.cnn({ extent: 4, filters: 2, outputs: 4 });
const fourBins = nn.labelBins([0, 1, 2, 3], 0.7);
function samples(n: number, seed: number): nn.Samples {
  const labels = Array.from({ length: n }, (_, s) => s % 4);
  return {
    x: randomTensor([n, 1, 4, 4, 4], seed),
    target: nn.binTargets(labels, fourBins, { normalised: false }),
  };
}

describe("the loss of Eq. (E1)", () => {
  const data = samples(6, 1);
  const theta = uniformFanIn(network, makeRng(2));
  const options: nn.RiskOptions = { loss: nn.meanSquaredError, l1: { firstLayer: 0.3 } };

  it("is the squared error averaged over outputs plus λ Σ|w| of the first layer, its biases not counted", () => {
    const z = nn.predict(network, theta, data.x);
    let expected = 0;
    for (let p = 0; p < z.data.length; p++)
      expected += (z.data[p] - data.target.data[p]) ** 2 / 4 / 6;
    for (let p = 0; p < 16; p++) expected += 0.3 * Math.abs(theta[p]);
    expect(nn.risk(network, theta, data, options)).toBeCloseTo(expected, 13);
  });

  it("has the gradient that differences show, the lasso's kink included", () => {
    const { gradient } = nn.riskAndGradient(network, theta, data, options);
    const step = 1e-6; // differences of second order: error step², rounding 1e-16 / step
    for (const p of [0, 5, 15, 16, 17, 20, 40, network.parameterCount - 1]) {
      const at = (shift: number): number =>
        nn.risk(
          network,
          theta.map((v, q) => (q === p ? v + shift : v)),
          data,
          options,
        );
      expect(gradient[p], `parameter ${p}`).toBeCloseTo((at(step) - at(-step)) / (2 * step), 8);
    }
    const atKink = theta.slice();
    atKink[3] = 0;
    const free = nn.riskAndGradient(network, atKink, data, { loss: nn.meanSquaredError })
      .gradient[3];
    // of the subgradients [−λ, λ] the one in the middle
    expect(nn.riskAndGradient(network, atKink, data, options).gradient[3]).toBe(free);
  });

  it("refuses a strength that is negative and a network without weights", () => {
    expect(() => nn.risk(network, theta, data, { ...options, l1: { firstLayer: -1 } })).toThrow(
      "l1: the strength on the first layer is -1. Give a number ≥ 0.",
    );
    expect(() => l1Strengths(nn.sequential([nn.relu()], "bare"), { firstLayer: 1 })).toThrow(
      "l1: bare has no layer with weights.",
    );
  });
});

describe("biases", () => {
  const train = (precision: "float64" | "float32", biases: "free" | "non-positive"): Float64Array =>
    nn.train(network, samples(32, 3), {
      loss: nn.meanSquaredError,
      rng: makeRng(1),
      steps: 60,
      batchSize: 8,
      optimiser: nn.adam({ learningRate: 0.02 }),
      initialise: uniformFanIn,
      stuck: false,
      precision,
      biases,
    }).theta;
  const ofBiases = (theta: Float64Array): number[] =>
    nn
      .parameterBlocks(network)
      .filter(({ role }) => role === "bias")
      .flatMap(({ offset, shape }) => Array.from(theta.subarray(offset, offset + size(shape))));

  it.each(["float64", "float32"] as const)(
    "stay ≤ 0 by projection and can touch 0, %s",
    (precision) => {
      expect(Math.max(...ofBiases(train(precision, "free")))).toBeGreaterThan(0.01);
      const kept = ofBiases(train(precision, "non-positive"));
      expect(Math.max(...kept)).toBe(0);
      expect(Math.min(...kept)).toBeLessThan(0);
    },
  );
});

describe("sign flips", () => {
  it("turn about half of the samples, whole, anew at each use", () => {
    // 4000 coins: outside ± 4 deviations of 31.6 with probability 6e-5
    const rng = makeRng(11, "signs");
    const x = new Float64Array(3000).fill(1);
    let [flips, same] = [0, 0];
    let before = new Float64Array(1000).fill(1);
    for (let use = 0; use < 4; use++) {
      x.fill(1);
      nn.signFlips.apply(x, 1000, 3, rng);
      const now = Float64Array.from({ length: 1000 }, (_, s) => x[3 * s]);
      for (let s = 0; s < 1000; s++) {
        expect(x[3 * s + 1] === now[s] && x[3 * s + 2] === now[s]).toBe(true);
        if (now[s] < 0) flips++;
        if (now[s] === before[s]) same++;
      }
      before = now;
    }
    expect(Math.abs(flips - 2000)).toBeLessThan(4 * 31.7);
    expect(Math.abs(same - 2000)).toBeLessThan(4 * 31.7);
  });

  it("make a network symmetric that saw one sign only", () => {
    const one = samples(40, 5);
    one.x.data.forEach(
      (v, p) => (one.x.data[p] = 0.3 * v + 1 + one.target.data[4 * Math.floor(p / 64)]),
    );
    const learn = (augment?: nn.Augmentation): Float64Array =>
      nn.train(network, one, {
        loss: nn.meanSquaredError,
        rng: makeRng(1),
        steps: 300,
        batchSize: 8,
        optimiser: nn.adam({ learningRate: 0.01 }),
        stuck: false,
        precision: "float32",
        augment,
      }).theta;
    const mirrored = {
      x: tensor(
        one.x.shape,
        one.x.data.map((v) => -v),
      ),
      target: one.target,
    };
    const lossOf = (theta: Float64Array): number =>
      nn.risk(network, theta, mirrored, { loss: nn.meanSquaredError });
    expect(lossOf(learn(nn.signFlips))).toBeLessThan(0.5 * lossOf(learn()));
  });
});

describe("a source of samples", () => {
  const data = samples(21, 7);
  let reads = 0;
  const source: nn.SampleSource = {
    count: 21,
    inputShape: [1, 4, 4, 4],
    outputs: 4,
    readInput(sample, into, at) {
      reads++;
      into.set(data.x.data.subarray(sample * 64, (sample + 1) * 64), at);
    },
    readTarget: (sample, into, at) =>
      into.set(data.target.data.subarray(sample * 4, (sample + 1) * 4), at),
  };
  const options: nn.TrainOptions = {
    loss: nn.meanSquaredError,
    rng: makeRng(1),
    epochs: 6,
    batchSize: 4,
    optimiser: nn.adam(),
    augment: nn.signFlips,
    stuck: false,
  };

  it.each(["float64", "float32"] as const)(
    "trains to the same bits as the data in memory, %s",
    (precision) => {
      reads = 0;
      const streamed = nn.train(network, source, { ...options, precision });
      expect(reads).toBe(21 * 7); // six epochs and the final loss
      const held = nn.train(network, data, { ...options, precision });
      expect(streamed.theta).toEqual(held.theta);
      expect(streamed.history).toEqual(held.history);
      expect(relativeToMaximum([streamed.loss], [held.loss])).toBeLessThan(1e-14);
    },
  );

  it("must have samples that fit the network", () => {
    expect(() => nn.train(network, { ...source, count: 0 }, options)).toThrow(
      "train: the source has 0 samples.",
    );
    expect(() => nn.train(network, { ...source, outputs: 3 }, options)).toThrow(
      "train: targets must have shape [n, 4] as the network's output, the source has 3 numbers for each sample.",
    );
    expect(() =>
      nn.train(
        network,
        { ...source, inputShape: [1, 5, 5, 5] },
        { ...options, precision: "float32" },
      ),
    ).toThrow(/dense\(2→256\): samples must have shape/);
    const broken: nn.SampleSource = {
      ...source,
      readInput: (_, into, at) => into.fill(NaN, at, at + 64),
    };
    expect(() => nn.train(network, broken, { ...options, precision: "float32" })).toThrow(
      "train: the loss is NaN in epoch 1.",
    );
  });
});

describe("the number of steps", () => {
  const options: nn.TrainOptions = {
    loss: nn.meanSquaredError,
    rng: makeRng(1),
    batchSize: 4,
    stuck: false,
  };
  it("counts updates, across epochs and within the last", () => {
    const result = nn.train(network, samples(10, 1), { ...options, steps: 7 });
    expect(result.checkpoint.optimiser.step).toBe(7);
    expect(result.history).toHaveLength(3);
  });
  it("is given instead of epochs", () => {
    expect(() => nn.train(network, samples(4, 1), { ...options, steps: 7, epochs: 2 })).toThrow(
      "train: epochs is 2 and steps is 7. Give one of the two.",
    );
    expect(() => nn.train(network, samples(4, 1), { ...options, steps: 0.5 })).toThrow(
      "train: steps must be a whole number ≥ 1, got 0.5.",
    );
    expect(() => nn.train(network, samples(4, 1), options)).toThrow(
      "train: epochs must be a whole number ≥ 1, got undefined.",
    );
  });
});
