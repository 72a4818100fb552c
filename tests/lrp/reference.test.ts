import { makeRng, tensor, type Tensor } from "phaselens/core";
import {
  attribute,
  deepLift,
  featureFlipping,
  integratedGradients,
  occlusion,
  type AttributionMethod,
} from "phaselens/lrp";
import { dense, sequential, softplus } from "phaselens/nn";

import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { uniformFanIn } from "phaselens/internal/nn/network/initialise";
import { methods } from "phaselens/internal/report/methods";

const [inputs, hidden] = [4, 6];
const network = sequential([dense(inputs, hidden), softplus(), dense(hidden, 2)]);
const rng = makeRng(5, "references");
const theta = uniformFanIn(network, rng.fork("theta"));
const normal = (n: number): Float64Array => Float64Array.from({ length: n }, () => rng.normal());
const [mean, deviation] = [normal(inputs), normal(inputs).map((v) => 0.5 + v * v)];

/** The same function of raw inputs: standardisation is folded into the first layer. */
const folded = theta.slice();
for (let j = 0; j < hidden; j++) {
  for (let k = 0; k < inputs; k++) {
    const weight = theta[j * inputs + k] / deviation[k];
    folded[j * inputs + k] = weight;
    folded[hidden * inputs + j] -= weight * mean[k];
  }
}
const raw = tensor([5, inputs], normal(5 * inputs));
const scaled = tensor(
  raw.shape,
  raw.data.map((v, p) => (v - mean[p % inputs]) / deviation[p % inputs]),
);
const rawZero = tensor(
  [inputs],
  mean.map((m, k) => -m / deviation[k]),
);
const start = { output: 0 } as const;

describe("a baseline", () => {
  const withBaseline: Record<string, (options: { baseline?: Tensor }) => AttributionMethod> = {
    occlusion,
    integratedGradients,
    deepLift,
  };

  it.each(Object.entries(withBaseline))(
    "of %s is in the units that the network reads, and the result says whether it was given",
    (_, make) => {
      const zeros = attribute(network, folded, raw, make({}), { start });
      expect(zeros.reference).toBe("zeros of what the network reads");
      const given = attribute(network, theta, scaled, make({ baseline: rawZero }), { start });
      expect(given.reference).toBe("a sample that was given, in the units that the network reads");
      expectAllClose(given.at[0].data, zeros.at[0].data, { rtol: 1e-9, atol: 1e-12 });
      // zeros of the scaled inputs are their mean: another question
      const other = attribute(network, theta, scaled, make({}), { start });
      expect(
        Math.max(...other.at[0].data.map((v, p) => Math.abs(v - zeros.at[0].data[p]))),
      ).toBeGreaterThan(0.01);
    },
  );

  it("of feature flipping likewise", () => {
    const relevance = tensor(raw.shape, normal(raw.data.length));
    const coefficients = tensor(
      [5, 2],
      Float64Array.from({ length: 10 }, (_, p) => 1 - (p % 2)),
    );
    const zeros = featureFlipping(network, folded, raw, relevance, { coefficients });
    const given = featureFlipping(network, theta, scaled, relevance, {
      coefficients,
      baseline: rawZero,
    });
    expectAllClose(given.score, zeros.score, { rtol: 1e-9 });
    expect([zeros.reference, given.reference].map((words) => words.includes("given"))).toEqual([
      false,
      true,
    ]);
  });
});

describe("what a report says of absence", () => {
  const x = tensor(
    raw.shape,
    raw.data.map((v, p) => (p % inputs === 1 ? 0 : v)),
  );
  const kinds = {
    absent: "An entry of 0 counts as absent",
    compared: "Compared with 0",
    nothing: "Compared with nothing",
  };

  it.each(Object.entries(methods))("is true of %s", (_, { make, reference }) => {
    const found = attribute(network, theta, x, make(network, makeRng(1)), { start });
    const atZero = found.at[0].data.filter((_value, p) => p % inputs === 1).map(Math.abs);
    const words = Object.values(kinds).find((sentence) => reference.startsWith(sentence));
    expect(words).toBeDefined();
    expect(found.reference).toBe(
      words === kinds.compared ? "zeros of what the network reads" : undefined,
    );
    if (words === kinds.nothing) expect(Math.min(...atZero)).toBeGreaterThan(0);
    else expect(Math.max(...atZero)).toBeLessThan(1e-12);
  });
});
