import { makeRng } from "phaselens/core";
import { kaimingNormal } from "phaselens/nn";
import { interactionNetwork } from "phaselens/taggers";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { makeGradientEvaluator } from "phaselens/internal/nn/network/gradientEvaluator";

// Widths that are no multiples of four, tiles of one receiver and of many, padding of all sorts
const cases = [
  { hidden: 5, edge: 3, object: 2, tracks: 7, trackFeatures: 3, vertices: 2, vertexFeatures: 1 },
  { hidden: 8, edge: 4, object: 4, tracks: 60, trackFeatures: 2, vertices: 5, vertexFeatures: 3 },
  { hidden: 3, edge: 1, object: 1, tracks: 2, trackFeatures: 1, vertices: 1, vertexFeatures: 1 },
  {
    widths: { pairs: [6, 2, 9], vertexPairs: [1, 7, 4], objects: [3, 3, 3] },
    tracks: 140,
    trackFeatures: 2,
    vertices: 3,
    vertexFeatures: 2,
  },
] as const;

describe("the compiled edge block", () => {
  it.each(cases.map((sizes, k) => [k, sizes] as const))(
    "gives outputs and gradients of its plain twin (case %i)",
    (k, sizes) => {
      const network = interactionNetwork(sizes);
      const rng = makeRng(k, "edges");
      const theta = kaimingNormal(network, rng).map((v) => (v === 0 ? 0.2 * rng.normal() : v));
      const [tracks, vertices] = [
        sizes.tracks * sizes.trackFeatures,
        sizes.vertices * sizes.vertexFeatures,
      ];
      const width = tracks + vertices;
      const jets = 4;
      const x = new Float64Array(jets * width).map(() => rng.normal());
      for (let jet = 1; jet < jets; jet++) {
        // the first is full, the others have fewer and fewer tracks and vertices
        const [t, v] = [Math.ceil(sizes.tracks / (3 * jet)), Math.max(0, sizes.vertices - jet)];
        for (let p = 0; p < tracks; p++) if (p % sizes.tracks >= t) x[jet * width + p] = 0;
        for (let p = 0; p < vertices; p++)
          if (p % sizes.vertices >= v) x[jet * width + tracks + p] = 0;
      }
      const [fast, slow] = (["auto", "typescript"] as const).map((backend) => {
        const evaluator = makeGradientEvaluator(network, [width], jets, backend);
        evaluator.forward(theta, x, jets);
        evaluator.outputGradient.set(
          Float64Array.from({ length: 2 * jets }, (_, p) => Math.cos(p)),
        );
        evaluator.backward(theta, jets);
        const gradient = new Float64Array(theta.length);
        evaluator.parameterGradient(jets, gradient);
        return { output: evaluator.output.slice(0, 2 * jets), gradient };
      });
      expectAllClose(fast.output, slow.output, { rtol: 1e-11 });
      const largest = slow.gradient.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      expect(largest).toBeGreaterThan(0);
      expectAllClose(fast.gradient, slow.gradient, { rtol: 1e-10, atol: 1e-13 * largest });
    },
  );
});
