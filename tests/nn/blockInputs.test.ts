import { makeGradientEvaluator } from "phaselens/internal/nn/network/gradientEvaluator";
import { expect, it } from "vitest";
import { toyJets } from "../taggers/jets.js";

const { inputs, network, theta } = toyJets(4, 5);
const { x } = inputs;
const [n, width] = x.shape;
const make = () => makeGradientEvaluator(network, [width], n);
const evaluator = make();

/** A jet sample with another value in one entry of jet 1. */
const changed = (at: number): Float64Array => {
  const other = x.data.slice();
  other[width + at] += 0.5;
  return other;
};
const { tracks, vertices } = inputs.layout;

it.each([
  ["the same samples", theta, x.data, n],
  ["another track", theta, changed(tracks.start), n],
  ["the track as it was, another vertex", theta, changed(vertices.start), n],
  ["that vertex again", theta, changed(vertices.start), n],
  ["fewer samples", theta, x.data, n - 1],
  ["all of them again", theta, x.data, n],
  ["other parameters of the first block", theta.map((v, p) => (p === 3 ? v + 1 : v)), x.data, n],
  [
    "other parameters at the end",
    theta.map((v, p) => v + Number(p === theta.length - 1)),
    x.data,
    n,
  ],
] as const)(
  "an evaluator that has seen others gives a new one's outputs for %s",
  (_, at, of, count) => {
    evaluator.forward(theta, x.data, n);
    const fresh = make();
    for (let again = 0; again < 2; again++) {
      evaluator.forward(at, of, count);
      fresh.forward(at, of, count);
      const outputs = 2 * count;
      expect(evaluator.output.subarray(0, outputs)).toEqual(fresh.output.subarray(0, outputs));
      // gradients go through the room of the blocks' outputs
      evaluator.outputGradient.fill(1);
      evaluator.backward(at, count);
    }
  },
);
