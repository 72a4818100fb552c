import { bluecher2020 } from "phaselens/papers";
import { makeRng, tensor } from "phaselens/core";
import { exactHessian } from "phaselens/hessian";
import { attribute, featureFlipping, gradient, relevance } from "phaselens/lrp";
import {
  activations,
  conv1d,
  dense,
  flatten,
  makeEvaluator,
  maxPool,
  meanSquaredError,
  perSampleGradients,
  predict,
  relu,
  risk,
  riskAndGradient,
  sequential,
  train,
} from "phaselens/nn";
import { interactionNetwork, relativeNeuralActivity } from "phaselens/taggers";
import { describe, expect, it } from "vitest";
import { randomTensor } from "../support/models.js";
import { inputGradients } from "phaselens/internal/nn/losses/risk";
import { riskHvp } from "phaselens/internal/nn/losses/riskProducts";
import { makeGradientEvaluator } from "phaselens/internal/nn/network/gradientEvaluator";

const chain = sequential([conv1d(1, 2, 3), relu(), maxPool(2), flatten(), dense(6, 2)], "chain");
const theta = randomTensor([chain.parameterCount], 1).data;
const sound = { x: randomTensor([3, 1, 8], 2), target: randomTensor([3, 2], 3) };
const options = { loss: meanSquaredError };

/** Inputs that say more, or less, than they hold. */
const short = { shape: [3, 1, 8], data: new Float64Array(20) };
const long = { shape: [3, 1, 8], data: new Float64Array(30) };

describe.each([
  ["too few", short],
  ["too many", long],
])("inputs made by hand with %s numbers", (_, x) => {
  const calls: Record<string, () => unknown> = {
    predict: () => predict(chain, theta, x),
    activations: () => activations(chain, theta, x),
    risk: () => risk(chain, theta, { ...sound, x }, options),
    "riskAndGradient, of targets": () =>
      riskAndGradient(chain, theta, { ...sound, target: { shape: [3, 2], data: x.data } }, options),
    perSampleGradients: () => perSampleGradients(chain, theta, { ...sound, x }, options),
    inputGradients: () => inputGradients(chain, theta, { ...sound, x }, meanSquaredError),
    riskHvp: () => riskHvp(chain, theta, { ...sound, x }, theta, options),
    train: () => train(chain, { ...sound, x }, { ...options, epochs: 1, rng: makeRng(1) }),
    exactHessian: () => exactHessian(chain, theta, { ...sound, x }, options),
    attribute: () => attribute(chain, theta, x, gradient()),
    "relevance, through the head": () => relevance(chain, theta, x, bluecher2020.tableIII),
    featureFlipping: () =>
      featureFlipping(chain, theta, x, sound.x, { coefficients: tensor([3, 2]) }),
  };

  it.each(Object.entries(calls))(
    "are refused by %s, whose buffers hold samples of the call before",
    (_name, call) => {
      predict(chain, theta, sound.x);
      expect(call).toThrow(
        /shape \[3,(1,8|2)\] needs (24|6) values in a Float64Array, got (20|30)\. Make it with core\.tensor\./,
      );
    },
  );

  it("are refused by the tagger's tools", async () => {
    const network = interactionNetwork({
      hidden: 3,
      edge: 2,
      object: 2,
      tracks: 3,
      trackFeatures: 2,
      vertices: 1,
      vertexFeatures: 2,
    });
    const own = randomTensor([network.parameterCount], 4).data;
    const jets = { ...x, shape: [3, 8] };
    expect(() => predict(network, own, jets)).toThrow("needs 24 values");
    await expect(relativeNeuralActivity(network, own, jets, [0, 1, 0])).rejects.toThrow(
      "needs 24 values",
    );
  });
});

it("an evaluator refuses a batch that its data or its buffers are too short for", () => {
  for (const make of [makeEvaluator, makeGradientEvaluator]) {
    const evaluator = make(chain, [1, 8], 4);
    evaluator.forward(theta, sound.x.data, 3);
    expect(() => evaluator.forward(theta, sound.x.data, 4)).toThrow(
      "chain: 4 sample(s) of shape [1,8] have 32 numbers, got 24.",
    );
    expect(() => evaluator.forward(theta, new Float64Array(40), 5)).toThrow(
      "chain: there is room for 4 samples, got 5. Give fewer at a time.",
    );
  }
});
