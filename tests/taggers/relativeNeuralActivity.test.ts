import { tensor } from "phaselens/core";
import { activations, dense, leakyRelu, relu, sequential, tanh, type Network } from "phaselens/nn";
import { quietShare, reducedNetwork, relativeNeuralActivity } from "phaselens/taggers";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";
import { describeWithReference } from "../support/reference.js";
import { toyJets } from "./jets.js";
import { readReference } from "./reference.js";
import { interactionLayers } from "phaselens/internal/taggers/interactionLayers";

const { inputs, network, theta } = toyJets(40, 6);
const labels = Int32Array.from({ length: 40 }, (_, n) => n % 2);

describe("relative neural activity", () => {
  it("has one entry for each of the nine layers, from 0 to 1 with a largest of 1", async () => {
    const layers = await relativeNeuralActivity(network, theta, inputs.x, labels, { jobs: 1 });
    expect(layers.map(({ name }) => name)).toEqual(interactionLayers);
    for (const { activity } of layers) for (const own of activity) expect(Math.max(...own)).toBe(1);
  });

  it("is the sum of activations over jets of a class and over edges or objects, by size or by count", async () => {
    const values = activations(network, theta, inputs.x);
    for (const weighted of [true, false]) {
      const layers = await relativeNeuralActivity(network, theta, inputs.x, labels, {
        weighted,
        jobs: 1,
      });
      for (const { node, activity } of layers) {
        const {
          shape: [, nodes, sites],
          data,
        } = values[node + 1];
        for (const label of [0, 1]) {
          const sums = Array.from({ length: nodes }, (_, j) => {
            let sum = 0;
            for (let n = label; n < 40; n += 2)
              for (let t = 0; t < sites; t++) {
                const a = data[(n * nodes + j) * sites + t];
                sum += weighted ? a : Number(a > 0);
              }
            return sum;
          });
          expectAllClose(
            activity[label],
            sums.map((sum) => sum / Math.max(...sums)),
            { rtol: 1e-10 },
          );
        }
      }
    }
  });

  it("is permuted as the nodes are", async () => {
    const orders = [6, 6, 4, 6, 6, 4, 6, 6, 5].map((n, l) =>
      Array.from({ length: n }, (_, j) => (j * (n === 6 ? 5 : 3) + l) % n),
    );
    const moved = reducedNetwork(network, theta, inputs.layout, { nodes: orders });
    const before = await relativeNeuralActivity(network, theta, inputs.x, labels, { jobs: 1 });
    const after = await relativeNeuralActivity(moved.network, moved.theta, inputs.x, labels, {
      jobs: 1,
    });
    after.forEach(({ activity }, l) =>
      activity.forEach((own, c) =>
        expectAllClose(
          own,
          orders[l].map((j) => before[l].activity[c][j]),
          { rtol: 1e-10 },
        ),
      ),
    );
  });

  it("is 0 in a dead layer, and names the layers of other networks by number", async () => {
    const chain = sequential([dense(2, 3), relu(), dense(3, 2), relu()]);
    const own = new Float64Array(chain.parameterCount).fill(-1, 6, 9);
    const layers = await relativeNeuralActivity(chain, own, randomTensor([4, 2], 1), [0, 0, 1, 1], {
      jobs: 1,
    });
    expect(layers.map(({ name }) => name)).toEqual(["layer 1", "layer 2"]);
    expect(Array.from(layers[0].activity[0])).toEqual([0, 0, 0]);
  });

  it.each([
    ["leakyRelu", leakyRelu(0.1)],
    ["tanh", tanh()],
    ["one's own", { ...tanh(), name: "mine" }],
  ] as const)("is Σ |a| of %s, whose activations have both signs", async (_, layer) => {
    const chain = sequential([dense(2, 3), layer, dense(3, 4), layer, dense(4, 2)]);
    const [own, x] = [randomTensor([chain.parameterCount], 2).data, randomTensor([6, 2], 3)];
    const layers = await relativeNeuralActivity(chain, own, x, [0, 0, 0, 1, 1, 1], { jobs: 1 });
    expect(layers.map(({ node }) => node)).toEqual([1, 3]);
    const values = activations(chain, own, x);
    for (const { node, activity } of layers) {
      const {
        shape: [, nodes],
        data,
      } = values[node + 1];
      activity.forEach((found, label) => {
        const sums = Array.from({ length: nodes }, (_unused, j) =>
          [0, 1, 2].reduce((sum, n) => sum + Math.abs(data[(3 * label + n) * nodes + j]), 0),
        );
        expectAllClose(
          found,
          sums.map((sum) => sum / Math.max(...sums)),
          { rtol: 1e-12 },
        );
      });
    }
    expect(quietShare(layers, 0)).toBeGreaterThanOrEqual(0);
  });

  it("is refused for a network without activations, instead of a share of no nodes", async () => {
    const linear = sequential([dense(2, 2)], "linear");
    await expect(
      relativeNeuralActivity(linear, new Float64Array(6), randomTensor([2, 2], 1), [0, 1]),
    ).rejects.toThrow("linear has no activations");
    expect(() => quietShare([], 0)).toThrow("quietShare: there are no layers.");
  });

  it("names the layers of an interaction network, whatever the network is called, and of no other", async () => {
    const run = async (own: Network) =>
      (await relativeNeuralActivity(own, theta, inputs.x, labels, { jobs: 1 })).map(
        ({ name }) => name,
      );
    expect(await run({ ...network, name: "mine" })).toEqual(interactionLayers);
    const other = {
      ...network,
      nodes: network.nodes.map((node) =>
        node.layer.spec?.type === "relu" ? { ...node, layer: tanh() } : node,
      ),
    };
    expect(await run(other)).toEqual(interactionLayers.map((_, l) => `layer ${l + 1}`));
    expect(() => reducedNetwork(other, theta, inputs.layout, {})).toThrow(
      "interactionNetwork: is no interaction network.",
    );
  });

  it("counts quiet nodes over all layers", () => {
    const layer = (values: number[]) => ({
      name: "",
      node: 0,
      activity: [Float64Array.from(values)],
    });
    expect(quietShare([layer([1, 0.1]), layer([0.19, 0.2, 1])], 0)).toBe(0.4);
    expect(() => quietShare([layer([1])], 1)).toThrow("there is no class 1");
  });

  it("refuses labels that are no classes", async () => {
    await expect(relativeNeuralActivity(network, theta, inputs.x, [0])).rejects.toThrow(
      "40 samples, but 1 labels",
    );
    await expect(
      relativeNeuralActivity(
        network,
        theta,
        inputs.x,
        labels.map((v) => v - 1),
      ),
    ).rejects.toThrow("label of sample 0 is -1");
    await expect(
      relativeNeuralActivity(network, theta, tensor([1, 19], new Float64Array(19).fill(NaN)), [0]),
    ).rejects.toThrow("entry 0 is NaN");
  });
});

describeWithReference("the reference network's activity", () => {
  it.each(["weighted", "unweighted"] as const)("agrees to 1e-9, %s", async (kind) => {
    const { reference, network: own, theta: parameters, inputs: jets } = readReference();
    const layers = await relativeNeuralActivity(own, parameters, jets.x, reference.labels, {
      weighted: kind === "weighted",
      jobs: 1,
    });
    const names = ["fr1", "fr2", "fr3", "fr1_pv", "fr2_pv", "fr3_pv", "fo1", "fo2", "fo3"];
    layers.forEach(({ activity }, l) => {
      for (const c of [0, 1])
        expectAllClose(activity[c], reference[`rna_${kind}`][c][names[l]], {
          rtol: 1e-9,
          atol: 1e-9,
        });
    });
    if (kind === "weighted")
      for (const c of [0, 1])
        expect(quietShare(layers, c)).toBeCloseTo(reference.sparsity_rna_lt_0_2[c], 12);
  });
});
