import { makeRng, tensor, type Tensor } from "phaselens/core";
import { gradientTimesInput } from "phaselens/lrp";
import { dense, kaimingNormal, meanSquaredError, sequential, type Samples } from "phaselens/nn";
import * as report from "phaselens/report";
import {
  allow,
  count,
  effort,
  either,
  label,
  limit,
  list,
  nonNegative,
  text,
} from "./support/kinds.js";
import { made } from "./support/made.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

/** Six parameters, whose Hessian takes no time. */
const network = sequential([dense(2, 2)]);
const start = kaimingNormal(network, makeRng(1));
const points = (): Tensor => tensor([2, 2], [0.4, 1, 1, 0.2]);
const training = (): Samples => ({
  x: tensor([6, 2], [0.1, 1, 1, 0.2, 2, 1, 1, 2, -1, 0.3, 0.4, -2]),
  target: tensor([6, 2], [0.2, 1, 1, 0, 1, 0.3, 0, 1, 0.5, 0.5, 1, -1]),
});
const ends = { signal: new AbortController().signal, onDone: () => {}, onStep: () => {} };
const id = allow("names the figure's files", '"no such word"');

const entries: Readonly<Record<string, Entry>> = {
  explain: {
    valid: () => [
      network,
      start.slice(),
      points(),
      {
        method: made(gradientTimesInput()),
        start: { output: 1 },
        risk: { loss: meanSquaredError, l2: 0.1 },
        target: tensor([2, 2], [0.2, 1, 1, 0]),
        training: training(),
        bootstraps: 2,
        rng: makeRng(1),
        damping: 5,
        directions: 2,
        exactLimit: 100,
        curvature: "exact",
        jobs: 1,
        ...ends,
      },
    ],
    kinds: {
      "3.start.output": label,
      "3.risk.l2": nonNegative,
      "3.bootstraps": effort,
      "3.damping": nonNegative,
      "3.directions": label,
      "3.exactLimit": either(count, limit),
    },
  },
  "figures.influence": {
    valid: () => [
      "report-influence",
      tensor([2, 3], [1, -2, 3, 4, 5, -6]),
      [0, 1],
      { count: 2, rows: [4, 7, 9], names: ["largest", "smallest"] },
    ],
    kinds: {
      "0": id,
      "1": allow("any number of test points", "a row more"),
      "2": list,
      "2[]": label,
      "3.names[]": text,
    },
  },
  "figures.relevance": {
    valid: () => [
      {
        id: "report-relevance",
        title: "Relevance",
        quantity: "relevance R",
        relevance: tensor([3], [1, -2, 0.5]),
        input: tensor([3], [2, 1, 1]),
        names: ["a", "b", "c"],
      },
    ],
    kinds: { "0.id": id, "0.title": text, "0.quantity": text, "0.names[]": text },
  },
  "figures.trust": {
    valid: () => ["report-trust", Float64Array.of(1, 2, 3), Float64Array.of(0.1, 0.2, 0.1)],
    kinds: { "0": id },
  },
};

sweepRoom("report", report, entries);
