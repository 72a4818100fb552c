import { ConfigError, tensor } from "phaselens/core";
import {
  activations,
  dense,
  logisticLoss,
  losses,
  predict,
  relu,
  sequential,
  softmaxCrossEntropy,
} from "phaselens/nn";
import { marginHead } from "phaselens/taggers";
import { expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { toyJets } from "./jets.js";

const { inputs, network, theta } = toyJets(40, 3);

it("the head of a network gives z₁ − z₀ and the network's losses", () => {
  const head = marginHead(network, theta, inputs.x);
  const z = predict(network, theta, inputs.x).data;
  const d = predict(head.network, head.theta, head.x);
  expect([head.network.parameterCount, head.x.shape]).toEqual([6, [40, 5]]);
  expectAllClose(
    d.data,
    Float64Array.from({ length: 40 }, (_, n) => z[2 * n + 1] - z[2 * n]),
    { rtol: 1e-10, atol: 1e-12 },
  );
  const labels = Array.from({ length: 40 }, (_, n) => n % 2);
  const whole = losses(
    softmaxCrossEntropy,
    tensor([40, 2], z),
    tensor([40, 2], Float64Array.from(labels.flatMap((label) => [1 - label, label]))),
  );
  expectAllClose(losses(logisticLoss, d, tensor([40, 1], Float64Array.from(labels))), whole, {
    rtol: 1e-9,
    atol: 1e-12,
  });
});

it("reads what the layers before it give, edge by edge or in one sweep", () => {
  const { x } = marginHead(network, theta, inputs.x);
  const [node] = network.nodes[network.nodes.length - 1].inputs;
  const layerByLayer = activations(network, theta, inputs.x)[node];
  expect(x.shape).toEqual(layerByLayer.shape);
  expectAllClose(x.data, layerByLayer.data, { rtol: 1e-12, atol: 1e-13 });
});

it("a network that does not end in two outputs is refused by the name of its last layer", () => {
  const three = sequential([dense(4, 3), relu(), dense(3, 3)]);
  const one = tensor([1, 4]);
  expect(() => marginHead(three, new Float64Array(three.parameterCount), one)).toThrow(
    /ends in dense\(3→3\)/,
  );
  const bent = sequential([dense(4, 2), relu()]);
  expect(() => marginHead(bent, new Float64Array(bent.parameterCount), one)).toThrow(ConfigError);
});
