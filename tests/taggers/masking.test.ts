import { makeRng, tensor } from "phaselens/core";
import { type Masking } from "phaselens/taggers";
import {
  deltaAuc,
  jetScale,
  maskingWords,
  scores,
  selectFeatures,
  standardise,
  type JetInputs,
} from "phaselens/taggers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { features, noisyLabels, toyJets } from "./jets.js";
import { interactionNetworkParts } from "phaselens/internal/taggers/interactionLayers";
import { maskings } from "phaselens/internal/taggers/masking";

const { inputs: raw, network, theta } = toyJets(300, 7);
const scale = jetScale(raw);
const inputs = standardise(raw, scale);
const positive = noisyLabels(scores(network, theta, inputs), 8);
const everything = [...features.tracks, ...features.vertices];
const groups = {
  ...Object.fromEntries(everything.map((name) => [name, [name]])),
  vertices: features.vertices,
  most: ["pt", "angle", "flight"],
};
const width = 19;
const [tracks, slots] = [3, 5];

/** First entry and length of each feature of a toy jet, by hand. */
const runs: Record<string, readonly [number, number]> = {
  pt: [0, 5],
  angle: [5, 5],
  dxy: [10, 5],
  mass: [15, 2],
  flight: [17, 2],
};

/**
 * Jets with another value in place of each of some features, chosen by the entry's number and the
 * one that stood there.
 */
function changed(
  of: JetInputs,
  names: readonly string[],
  value: (entry: number, old: number) => number,
): JetInputs {
  const data = of.x.data.slice();
  for (const [start, length] of names.map((name) => runs[name])) {
    for (let p = start; p < data.length; p += width)
      for (let k = p; k < p + length; k++) data[k] = value(k, data[k]);
  }
  return { ...of, x: tensor(of.x.shape, data) };
}

describe("masks of standardised jets", () => {
  it("lay a raw 0 on before scaling: exactly what the network says of raw jets masked and then scaled, features alone and groups", async () => {
    const found = await deltaAuc(network, theta, inputs, positive, { groups, jobs: 1 });
    expect([found.masking, found.space]).toEqual(["zero", "raw"]);
    for (const row of found.rows) {
      const masked = standardise(
        changed(raw, row.features, () => 0),
        scale,
      );
      expect(row.scores, row.name).toEqual(scores(network, theta, masked));
    }
    // a jet whose vertices are all masked has none, which a raw 0 put into the slots would not say
    const without = found.rows.find(({ name }) => name === "vertices")!;
    const bare = changed(inputs, features.vertices, () => 0);
    expect(without.scores).toEqual(scores(network, theta, bare));
    expect(await deltaAuc(network, theta, inputs, positive, { groups, jobs: 2 })).toEqual(found);
  });

  it("are those of a network that has the scaling folded into its first layers and reads unscaled jets", async () => {
    // full slots, since weights cannot tell an empty one; asinh x stands for raw, since it is all
    // that is not affine
    const rng = makeRng(9, "full jets");
    const full: JetInputs = {
      ...raw,
      x: tensor(
        raw.x.shape,
        Float64Array.from(raw.x.data, () => rng.normal()),
      ),
    };
    const own = jetScale(full);
    const unscaled = { ...full, x: tensor(full.x.shape, full.x.data.map(Math.asinh)) };
    const folded = theta.slice();
    const { layers } = interactionNetworkParts(network);
    const columns = [
      [...[0, 1, 2], ...[0, 1, 2]],
      [0, 1, 2, 3, 4],
      [0, 1, 2],
    ];
    [0, 3, 6].forEach((l, which) => {
      const { offset, outputs, inputs: count } = layers[l];
      for (let j = 0; j < outputs; j++) {
        columns[which].forEach((feature, k) => {
          const weight = theta[offset + j * count + k] / own.deviation[feature];
          folded[offset + j * count + k] = weight;
          folded[offset + outputs * count + j] -= weight * own.mean[feature];
        });
      }
    });
    const single = Object.fromEntries(everything.map((name) => [name, [name]]));
    const a = await deltaAuc(network, theta, standardise(full, own), positive, {
      groups: single,
      jobs: 1,
    });
    const b = await deltaAuc(network, folded, unscaled, positive, { groups: single, jobs: 1 });
    a.rows.forEach((row, f) => expectAllClose(row.scores, b.rows[f].scores, { rtol: 1e-10 }));
  });

  it("in the space as read set the scaled value to 0, the mean of asinh x over what made the scale", async () => {
    const found = await deltaAuc(network, theta, inputs, positive, {
      groups,
      space: "read",
      jobs: 1,
    });
    expect(found.space).toBe("read");
    for (const row of found.rows)
      expect(row.scores, row.name).toEqual(
        scores(
          network,
          theta,
          changed(inputs, row.features, () => 0),
        ),
      );
    const alone = await deltaAuc(network, theta, inputs, positive, { groups, jobs: 1 });
    expect(alone.rows[0].scores).not.toEqual(found.rows[0].scores);
  });

  it("by mean and median take those of raw values over the objects that are there", async () => {
    const there = (entry: number): boolean => {
      const [jet, p] = [Math.floor(entry / width), entry % width];
      const [first, of, count] = p < tracks * slots ? [0, slots, tracks] : [tracks * slots, 2, 2];
      return Array.from(
        { length: count },
        (_, k) => raw.x.data[jet * width + first + k * of + ((p - first) % of)],
      ).some((v) => v !== 0);
    };
    const values = Array.from(raw.x.data.keys())
      .filter((p) => p % width < 5 && there(p))
      .map((p) => raw.x.data[p])
      .sort((a, b) => a - b);
    const middle =
      (values[Math.floor((values.length - 1) / 2)] + values[Math.ceil((values.length - 1) / 2)]) /
      2;
    const centre = { mean: values.reduce((sum, v) => sum + v, 0) / values.length, median: middle };
    for (const masking of ["mean", "median"] as const) {
      const { rows } = await deltaAuc(network, theta, inputs, positive, {
        groups: { pt: ["pt"] },
        masking,
        jobs: 1,
      });
      const masked = standardise(
        changed(raw, ["pt"], (p) => (there(p) ? centre[masking] : 0)),
        scale,
      );
      expectAllClose(rows[0].scores, scores(network, theta, masked), { rtol: 1e-10 });
    }
  });

  it("by permutation keep each feature's values and are a function of the stream that is given, the same in either space", async () => {
    const by = (seed: number, space: "raw" | "read") =>
      deltaAuc(network, theta, inputs, positive, {
        groups,
        masking: "permutation",
        rng: makeRng(seed, "masks"),
        space,
        jobs: 1,
      });
    const [one, again, other, read] = await Promise.all([
      by(1, "raw"),
      by(1, "raw"),
      by(2, "raw"),
      by(1, "read"),
    ]);
    expect(again).toEqual(one);
    expect(other.rows[0].scores).not.toEqual(one.rows[0].scores);
    expect(read.rows).toEqual(one.rows);
  });
});

describe("masks of raw jets", () => {
  it("do not depend on the units: features in other units and weights to match give the same, whatever stands in their place", async () => {
    const { layers } = interactionNetworkParts(network);
    const columns = [
      [...[0, 1, 2], ...[0, 1, 2]],
      [0, 1, 2, 3, 4],
      [0, 1, 2],
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 5, maxLength: 5 }),
        fc.constantFrom(...maskings),
        async (powers, masking: Masking) => {
          const unit = powers.map((power) => 2 ** power); // powers of two are exact
          const other = everything.reduce(
            (of, name, k) => changed(of, [name], (_, old) => unit[k] * old),
            raw,
          );
          const matching = theta.slice();
          [0, 3, 6].forEach((l, which) => {
            const { offset, outputs, inputs: count } = layers[l];
            for (let j = 0; j < outputs; j++)
              columns[which].forEach(
                (feature, k) => (matching[offset + j * count + k] /= unit[feature]),
              );
          });
          const a = await deltaAuc(network, theta, raw, positive, { masking, jobs: 1 });
          const b = await deltaAuc(network, matching, other, positive, { masking, jobs: 1 });
          expect(b.rows).toEqual(a.rows);
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe("the scale of jets", () => {
  it("stays with their layout, for the features that are chosen, and is not laid on twice", () => {
    expect(inputs.layout.scale).toEqual(scale);
    expect(
      selectFeatures(inputs, { tracks: ["dxy"], vertices: ["flight"] }).layout.scale!.mean,
    ).toEqual(Float64Array.of(scale.mean[2], scale.mean[4]));
    expect(selectFeatures(raw, features).layout.scale).toBeUndefined();
    expect(() => standardise(inputs, scale)).toThrow(
      "standardise: these jets are standardised already. Give them as measured.",
    );
    expect(() => jetScale(inputs)).toThrow("jetScale: these jets are standardised already");
  });

  it("is named by a mask's words", () => {
    expect(maskingWords({ masking: "zero", space: "raw" })).toBe("raw value set to 0");
    expect(maskingWords({ masking: "median", space: "read" })).toBe(
      "value as read set to its median",
    );
    expect(maskingWords({ masking: "permutation", space: "raw" })).toBe(
      "values permuted among objects",
    );
  });
});
