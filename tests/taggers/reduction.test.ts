import { auc, makeRng, oneHot, tensor } from "phaselens/core";
import { adam, predict, softmaxCrossEntropy } from "phaselens/nn";
import {
  reducedNetwork,
  reduceModel,
  retrainedDeltaAuc,
  scores,
  selectFeatures,
} from "phaselens/taggers";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { features, noisyLabels, toyJets } from "./jets.js";
import { interactionNetworkParts } from "phaselens/internal/taggers/interactionLayers";
import { networkFromTensors } from "phaselens/internal/taggers/networkFromTensors";

const { inputs, network, theta } = toyJets(300, 7);
const every = (n: number): number[] => Array.from({ length: n }, (_, j) => j);
const widths = [6, 6, 4, 6, 6, 4, 6, 6, 5];

describe("a reduced network", () => {
  it("without some features says what the whole says with them 0", () => {
    const kept = { tracks: ["dxy", "pt"], vertices: ["flight"] };
    const reduced = reducedNetwork(network, theta, inputs.layout, { features: kept });
    expect(Array.from(reduced.features.tracks)).toEqual([2, 0]);
    expect(reduced.network.parameterCount).toBeLessThan(network.parameterCount);
    const masked = inputs.x.data.map((v, p) =>
      (p % 19 >= 5 && p % 19 < 10) || (p % 19 >= 15 && p % 19 < 17) ? 0 : v,
    );
    const found = predict(
      reduced.network,
      reduced.theta,
      selectFeatures(inputs, reduced.layout.features).x,
    );
    expectAllClose(found.data, predict(network, theta, tensor(inputs.x.shape, masked)).data, {
      rtol: 1e-10,
    });
  });

  it.each(every(9))(
    "without a node of layer %i says what the whole says with that node dead",
    (layer) => {
      const nodes = widths.map((n, l) => every(n).filter((j) => l !== layer || j !== 2));
      const reduced = reducedNetwork(network, theta, inputs.layout, { nodes });
      const { offset, outputs, inputs: width } = interactionNetworkParts(network).layers[layer];
      const dead = theta.slice();
      dead.fill(0, offset + 2 * width, offset + 3 * width);
      dead[offset + outputs * width + 2] = -1;
      expectAllClose(
        predict(reduced.network, reduced.theta, inputs.x).data,
        predict(network, dead, inputs.x).data,
        { rtol: 1e-10 },
      );
    },
  );

  it("refuses to lose a whole layer or kind, nodes that there are not, and a feature of the other kind", () => {
    const nodes = widths.map(every);
    expect(() =>
      reducedNetwork(network, theta, inputs.layout, { nodes: [[], ...nodes.slice(1)] }),
    ).toThrow("no node of f_R^pp 1 would be left");
    expect(() =>
      reducedNetwork(network, theta, inputs.layout, { nodes: [[6], ...nodes.slice(1)] }),
    ).toThrow("f_R^pp 1 has the nodes 0 to 5, each once; node 6");
    expect(() =>
      reducedNetwork(network, theta, inputs.layout, {
        features: { tracks: [], vertices: ["mass"] },
      }),
    ).toThrow("no feature of tracks would be left");
    expect(() =>
      reducedNetwork(network, theta, inputs.layout, {
        features: { tracks: ["mass"], vertices: ["mass"] },
      }),
    ).toThrow('"mass" is a feature of vertices');
  });
});

describe("reduceModel", () => {
  it("keeps the AUC within what it may lose, and drops what the network does not read", async () => {
    const deaf = theta.slice();
    const { layers } = interactionNetworkParts(network);
    for (const [l, columns] of [
      [0, [1, 4]],
      [3, [1]],
      [6, [1]],
    ] as const) {
      const { offset, outputs, inputs: width } = layers[l];
      for (let j = 0; j < outputs; j++) for (const k of columns) deaf[offset + j * width + k] = 0;
    }
    deaf.fill(0, layers[7].offset + 3 * 6, layers[7].offset + 4 * 6); // node 3 of f_O 2 is dead
    deaf[layers[7].offset + 36 + 3] = -1;
    const positive = noisyLabels(scores(network, deaf, inputs), 8);
    const reduced = await reduceModel(network, deaf, inputs, positive, { loss: 0.002, jobs: 1 });
    expect(reduced.layout.features.tracks).not.toContain("angle");
    expect(Array.from(reduced.nodes[7])).not.toContain(3);
    expect(reduced.aucBefore - reduced.auc).toBeLessThanOrEqual(0.002);
    const own = scores(
      reduced.network,
      reduced.theta,
      selectFeatures(inputs, reduced.layout.features),
    );
    expect(auc(own, positive)).toBe(reduced.auc);
    expect(reduced.network.parameterCount).toBeLessThan(network.parameterCount);
    await expect(reduceModel(network, deaf, inputs, positive, { loss: -1 })).rejects.toThrow(
      "loss is -1; it must be a finite number ≥ 0",
    );
  });
});

describe("retrained ΔAUC", () => {
  it("charges a feature only for what the others do not tell", () => {
    // The sum of "dxy" decides, and "angle" says the same once more
    const jets = {
      ...inputs,
      x: tensor(
        inputs.x.shape,
        inputs.x.data.map((v, p) => (p % 19 >= 5 && p % 19 < 10 ? inputs.x.data[p + 5] : v)),
      ),
    };
    const positive = Int32Array.from({ length: 300 }, (_, n) =>
      jets.x.data.subarray(n * 19 + 10, n * 19 + 15).reduce((a, b) => a + b, 0) > 0 ? 1 : 0,
    );
    const found = retrainedDeltaAuc({
      network: { hidden: 6, edge: 3, object: 4 },
      training: { inputs: jets, target: oneHot(positive, 2) },
      test: { inputs: jets, positive },
      train: {
        loss: softmaxCrossEntropy,
        rng: makeRng(3),
        optimiser: adam({ learningRate: 0.01 }),
        epochs: 20,
        batchSize: 20,
      },
      groups: { one: ["dxy"], both: ["dxy", "angle"] },
    });
    expect(found.rows[0].deltaAuc).toBeLessThan(0.05);
    expect(found.rows[1].deltaAuc).toBeGreaterThan(0.1);
    expect(() =>
      retrainedDeltaAuc({
        network: {},
        training: { inputs: jets, target: oneHot(positive, 2) },
        test: { inputs: jets, positive },
        train: { loss: softmaxCrossEntropy, rng: makeRng(3), epochs: 1 },
        groups: { g: ["charge"] },
      }),
    ).toThrow(
      `no feature "charge"; there are ${[...features.tracks, ...features.vertices].join(", ")}`,
    );
  });
});

describe("networkFromTensors", () => {
  it("names tensors that are missing, unknown or of the wrong shape", () => {
    expect(() =>
      networkFromTensors({ "module.fr1.weight": tensor([2, 2]), other: tensor([1]) }),
    ).toThrow(/fr1\.bias, .*fc_fixed\.bias missing and other not known/);
  });
});
