import { makeRng, row, tensor } from "phaselens/core";
import * as interop from "phaselens/interop";
import * as lrp from "phaselens/lrp";
import * as nn from "phaselens/nn";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../cli/folder.js";
import { modelOf, node, value } from "../support/onnx.js";

const op = nn.operations;
const folder = scratch();
const inputs = { tracks: [2, 4], valid: [1, 4] } as const;
type Build = (x: nn.GraphValue, mask: nn.GraphValue, then: nn.Then) => nn.GraphValue;

const network = (build: Build, name = "valid"): nn.Network =>
  nn.graph({ tracks: inputs.tracks, [name]: inputs.valid }, (values, then) =>
    build(values.tracks, values[name], then),
  );
const x = tensor([1, 12], [1, 2, -1, 5, 3, 0.5, 1, 7, 1, 1, 1, 0]);
const half: lrp.Composite = {
  ...lrp.uniform(lrp.epsilon(0)),
  rules: { ...lrp.uniform(lrp.epsilon(0)).rules, product: lrp.halfAndHalf },
};

function explained(own: nn.Network, composite: lrp.Composite, masks?: readonly string[]) {
  const theta = Float64Array.from({ length: own.parameterCount }, (_, p) => 0.3 + 0.1 * p);
  const found = lrp.relevance(own, theta, x, composite, {
    start: { output: 0 },
    ...(masks && { masks }),
  });
  const { tracks, ...rest } = nn.unpack(own, found.at[0]);
  return {
    found,
    tracks: Array.from(row(tracks, 0)),
    mask: Array.from(row(Object.values(rest)[0], 0)),
  };
}
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const weighed: Build = (x, mask, then) =>
  then(nn.dense(2, 1), then(op.sumAlong([1]), then(nn.multiply(), x, mask)));

describe("a mask", () => {
  it("takes half of a product where nobody says that it is one", () => {
    const { tracks, mask } = explained(network(weighed), half);
    expect(total(mask)).toBeCloseTo(total(tracks), 12);
    expect(total(mask)).not.toBe(0);
  });

  it.each([
    ["by name", network(weighed, "tracks_mask"), undefined],
    ["declared", network(weighed), ["valid"]],
  ])("%s takes nothing, what it weighs takes all", (_name, own, masks) => {
    const { found, tracks, mask } = explained(own, half, masks);
    expect(mask).toEqual([0, 0, 0, 0]);
    const bias = 0.3 + 0.1 * 2;
    expect(total(tracks)).toBeCloseTo(found.output.data[0] - bias, 12);
  });

  it("of no name can be explained like other inputs", () => {
    const { mask } = explained(network(weighed, "tracks_mask"), half, []);
    expect(total(mask)).not.toBe(0);
  });

  it("that is added takes nothing either: scores take all", () => {
    const scores: Build = (x, mask, then) => {
      const unseen = then(op.rescale(100, -100), mask);
      const sum = then(nn.add(), x, then(op.expandLike(), unseen, x));
      return then(nn.dense(8, 1), then(nn.reshape([8]), sum));
    };
    const own = network(scores);
    const { found, mask } = explained(own, lrp.uniform(lrp.epsilon(0)), ["valid"]);
    expect(mask).toEqual([0, 0, 0, 0]);
    const add = found.conservation.find(({ layer }) => layer === "add")!;
    expect(add.arriving).not.toBe(0);
    expect(Math.abs(add.lost)).toBeLessThan(1e-9 * Math.abs(add.arriving));
    expect(found.conservation.at(-1)).toMatchObject({ node: -1, lost: 0 }); // none came to the mask
  });

  it("that a layer reads with the rest gives up what reached it, and the books say so", () => {
    const read: Build = (x, mask, then) =>
      then(nn.dense(12, 1), then(nn.reshape([12]), then(nn.concat(), x, mask)));
    const own = network(read);
    const { found, tracks, mask } = explained(own, lrp.uniform(lrp.epsilon(0)), ["valid"]);
    const whole = explained(own, lrp.uniform(lrp.epsilon(0)));
    expect(mask).toEqual([0, 0, 0, 0]);
    expect(tracks).toEqual(whole.tracks);
    const books = found.conservation.at(-1)!;
    expect(books).toMatchObject({ node: -1, layer: "input", rule: "masks take nothing" });
    expect(books.lost).toBeCloseTo(total(whole.mask), 12);
    expect(found.missing![0]).toBeCloseTo(total(found.conservation.map(({ lost }) => lost)), 12);
  });

  it("of 0 passes nothing to what is not there, by rules that do not look at values too", () => {
    const { tracks } = explained(network(weighed), lrp.uniform(lrp.flat), ["valid"]);
    expect([tracks[3], tracks[7]]).toEqual([0, 0]);
    expect(tracks[0]).not.toBe(0);
  });

  it("stays as it is where methods compare, shake or flip", () => {
    const own = network(weighed, "tracks_mask");
    const theta = Float64Array.of(1, 2, 0);
    const f = 1 + 2 - 1 + 2 * (3 + 0.5 + 1);
    for (const method of [lrp.integratedGradients({ steps: 2 }), lrp.deepLift()]) {
      const { at, missing } = lrp.attribute(own, theta, x, method);
      expect(total(Array.from(at[0].data))).toBeCloseTo(f, 12);
      expect(missing![0]).toBeCloseTo(0, 12);
    }
    const shaken = lrp.smoothGrad({ rng: makeRng(1), noise: 1, copies: 1 });
    const slopes = lrp.attribute(own, theta, x, shaken).at[0].data;
    expect(Array.from(slopes)).toEqual([1, 1, 1, 0, 2, 2, 2, 0, 0, 0, 0, 0]);
    const found = lrp.attribute(own, theta, x, lrp.gradientTimesInput());
    const { coefficients } = found;
    const { fraction, score } = lrp.featureFlipping(own, theta, x, found.at[0], { coefficients });
    expect([fraction.length, score.at(-1)]).toEqual([9, 0]);
    const noise = { noise: 0.1, rng: makeRng(1), copies: 2 };
    const { largest } = lrp.noiseSensitivity(own, theta, x, lrp.gradient(), noise);
    expect(largest[0]).toBe(0);
  });

  it("that a model's reader was told of is one for every method, also when it was saved", async () => {
    const file = modelOf([
      value(11, "tracks", ["N", 2, 4]),
      value(11, "valid", ["N", 1, 4]),
      value(12, "y", ["N", 8]),
      node("Mul", ["tracks", "valid"], ["a"]),
      node("Flatten", ["a"], ["y"]),
    ]);
    const { network: own, theta } = interop.fromOnnx(file, { masks: ["valid"] });
    const path = join(folder, "model.json");
    interop.saveNetwork(path, { network: own, theta, output: "linear" });
    const saved = await interop.readModel(path);
    const none = interop.fromOnnx(file, { masks: [] }).network;
    for (const method of [lrp.deepLift(), lrp.gradientTimesInput(), lrp.occlusion()]) {
      const wanted = lrp.attribute(none, theta, x, method, { masks: ["valid"] }).at[0];
      expect(lrp.attribute(own, theta, x, method).at[0]).toEqual(wanted);
      expect(lrp.attribute(saved.network, theta, x, method).at[0]).toEqual(wanted);
      expect(lrp.attribute(none, theta, x, method).at[0]).not.toEqual(wanted);
    }
  });

  it("that is no input is named with those that there are", () => {
    expect(() => explained(network(weighed), half, ["vaild"])).toThrow(
      'the mask "vaild" is no input of graph; it has "tracks", "valid"',
    );
  });
});
