import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ConfigError, NumericalError, tensor, type Tensor } from "phaselens/core";
import { loadParameters } from "phaselens/interop";
import * as nn from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.js";

type Listed = readonly [name: string, shape: readonly number[], numbers: readonly number[]];
interface Case {
  readonly tensors: readonly Listed[];
  readonly x: Listed;
  readonly y: Listed;
}
const fixture = fileURLToPath(new URL("fixtures/safetensors.json", import.meta.url));
/** What PyTorch computed, see make_safetensors.py. */
const { networks } = JSON.parse(readFileSync(fixture, "utf8")) as {
  readonly networks: Readonly<Record<"chain" | "tied", Case>>;
};
const made = ([, shape, numbers]: Listed): Tensor => tensor(shape, numbers);
const dictionary = (name: "chain" | "tied"): Record<string, Tensor> =>
  Object.fromEntries(networks[name].tensors.map((own) => [own[0], made(own)]));
const agrees = (name: "chain" | "tied", network: nn.Network, theta: Float64Array): void => {
  const y = nn.predict(network, theta, made(networks[name].x));
  const wanted = networks[name].y[2];
  expect(y.data.length).toBe(wanted.length);
  y.data.forEach((value, k) => expect(value).toBeCloseTo(wanted[k], 12));
};

const chain = (): nn.Network =>
  nn.sequential([nn.conv1d(2, 4, 3), nn.relu(), nn.batchNorm(4), nn.flatten(), nn.dense(16, 3)]);

describe("a state dictionary of PyTorch", () => {
  it("goes into a chain in its order, with the statistics of batch normalisations", () => {
    const { theta, table, unused } = loadParameters(chain(), dictionary("chain"));
    agrees("chain", chain(), theta);
    expect(table.map(({ name, role, offset }) => [name, role, offset])).toEqual([
      ["0.weight", "weight", 0],
      ["0.bias", "bias", 24],
      ["2.weight", "weight", 28],
      ["2.bias", "bias", 32],
      ["4.weight", "weight", 36],
      ["4.bias", "bias", 84],
    ]);
    expect(table[2].with).toEqual(["2.running_mean", "2.running_var"]);
    expect(table[0].with).toBeUndefined();
    expect(unused).toEqual(["2.num_batches_tracked"]);
    const other = loadParameters(chain(), dictionary("chain"), { epsilon: 1 }).theta;
    expect(other[28]).toBeLessThan(theta[28]);
  });

  it("with tied tensors fills a network that shares its parameters, by names", () => {
    const free = nn.sequential([nn.dense(3, 3), nn.tanh(), nn.dense(3, 3)]);
    agrees("tied", free, loadParameters(free, dictionary("tied")).theta);
    const { "decode.weight": _, ...once } = dictionary("tied"); // as safetensors saves it
    const names = ["encode.weight", "encode.bias", "encode.weight", "decode.bias"];
    agrees("tied", free, loadParameters(free, once, { names }).theta);
  });

  it("fills a layer that is used twice once", () => {
    const shared = nn.graph((input, then, again) => {
      const first = then(nn.dense(2, 2), input);
      return again(first, then(nn.relu(), first));
    });
    const tensors = { w: tensor([2, 2], [1, 2, 3, 4]), b: tensor([2], [5, 6]) };
    expect(loadParameters(shared, tensors).table.length).toBe(2);
  });

  it("names by which it is taken may be any", () => {
    const { "4.bias": last, ...rest } = dictionary("chain");
    const names = ["0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias"];
    const mixed = { step: tensor([1], [0]), "4.bias": last, ...rest };
    const { theta, unused } = loadParameters(chain(), mixed, { names });
    expect(theta).toEqual(loadParameters(chain(), dictionary("chain")).theta);
    expect(unused).toEqual(["step", "2.num_batches_tracked"]);
  });

  it("of kernels of one entry fits dense layers of every object", () => {
    const objects = nn.sequential([nn.objectDense(2, 3)]);
    const tensors = { w: tensor([3, 2, 1], [1, 2, 3, 4, 5, 6]), b: tensor([3], [7, 8, 9]) };
    const { theta } = loadParameters(objects, tensors);
    expect(Array.from(theta)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("that does not fit is refused with everything that is wrong", () => {
    const { "0.bias": _, ...less } = dictionary("chain");
    const wrong = { ...less, extra: tensor([5], [1, 2, 3, 4, 5]), more: tensor([7]) };
    expect(refusal(ConfigError, () => loadParameters(chain(), wrong)).message).toContain(
      "loadParameters: 7 tensors for 6 blocks of parameters; without a tensor are the bias of " +
        'conv1d(2→4, kernel 3) (node 0) [4]; nothing asks for "extra" [5], "more" [7]. Give names',
    );
    const turned = { ...dictionary("chain"), "4.weight": tensor([12, 3]), "0.bias": tensor([5]) };
    expect(refusal(ConfigError, () => loadParameters(chain(), turned)).message).toContain(
      'of another shape or role are "0.bias" [5] for the bias of conv1d(2→4, kernel 3) (node 0) [4], ' +
        '"4.weight" [12,3] for the weight of dense(16→3) (node 4) [3,16]',
    );
    const names = ["0.weight", "toString", "2.weight", "2.bias", "4.weight", "no"];
    expect(
      refusal(ConfigError, () => loadParameters(chain(), dictionary("chain"), { names })).message,
    ).toContain('there is no tensor "toString", "no"');
  });

  it("with NaN is refused by the tensor's name, statistics too", () => {
    const bad = { ...dictionary("chain"), "2.running_mean": tensor([4], [1, NaN, 2, 3]) };
    expect(refusal(NumericalError, () => loadParameters(chain(), bad)).message).toContain(
      '"2.running_mean": entry 1 is NaN',
    );
  });
});
