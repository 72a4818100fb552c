import { makeRng, tensor } from "phaselens/core";
import * as lrp from "phaselens/lrp";
import { conv1d, dense, flatten, kaimingNormal, relu, sequential } from "phaselens/nn";
import {
  allow,
  batch,
  effort,
  either,
  label,
  list,
  nonNegative,
  real,
  text,
  type Kind,
} from "./support/kinds.js";
import { made } from "./support/made.js";
import { inputs, network, theta } from "./support/nets.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

const method = () => made(lrp.gradientTimesInput());
const composite = () => made(lrp.uniform(lrp.epsilon(0.01)));
const rule = () => made({ ...lrp.zPlus });
const explain = () => ({ start: { output: 1 }, at: [0], batch: 2 });
const explainKinds = (place: string): Readonly<Record<string, Kind>> => ({
  [`${place}.start.output`]: label,
  [`${place}.at`]: allow("any values of the network, also none twice", "one more"),
  [`${place}.at[]`]: label,
});
const hasDefault = allow("all options have defaults", "undefined", "{}");
const scan = sequential([conv1d(1, 2, 2), relu(), flatten(), dense(4, 2)]);
const scanTheta = kaimingNormal(scan, makeRng(1));
const samples = either(batch, allow("no samples have no relevance", "no rows"));
const baseline = () => tensor([2], [0.5, 0.5]);
/** A method is prepared for a network when it is used. */
const used = (own: lrp.AttributionMethod) => lrp.attribute(network, theta(), inputs(), own);
const propagated = (own: lrp.RelevanceRule) =>
  lrp.relevance(network, theta(), inputs(), lrp.uniform(own)).at;
const mapped = (map: lrp.EntryMap) => map.of(2, 0);

const entries: Readonly<Record<string, Entry>> = {
  alphaBeta: {
    valid: () => [2, 1, 0.1],
    kinds: { "0": either(nonNegative, hasDefault), "1": nonNegative, "2": nonNegative },
    use: propagated,
  },
  attribute: {
    valid: () => [network, theta(), inputs(), method(), explain()],
    kinds: { "2": samples, ...explainKinds("4") },
  },
  deepLift: { valid: () => [{ baseline: baseline() }], kinds: { "0": hasDefault }, use: used },
  epsilon: {
    valid: () => [0.1, { relative: true }],
    kinds: { "0": either(nonNegative, hasDefault), "1": hasDefault },
    use: propagated,
  },
  featureFlipping: {
    valid: () => [
      network,
      theta(),
      inputs(),
      inputs(),
      {
        coefficients: tensor([4, 2], [1, 0, 0, 1, 1, 0, 0, 1]),
        order: "ascending",
        baseline: baseline(),
        regions: [[0], [1]],
        steps: 2,
      },
    ],
    kinds: { "4.regions": list, "4.regions[]": list, "4.regions[][]": label },
  },
  filterRelevance: {
    valid: () => [
      scan,
      scanTheta.slice(),
      tensor([3, 1, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]),
      composite(),
      { node: 0, start: { output: 1 }, batch: 2 },
    ],
    kinds: { "2": samples, "4.node": label, "4.start.output": label },
  },
  gamma: {
    valid: () => [0.25, 0.1],
    kinds: { "0": either(nonNegative, hasDefault), "1": nonNegative },
    use: propagated,
  },
  gradient: { valid: () => [], use: used },
  gradientTimesInput: { valid: () => [], use: used },
  integratedGradients: {
    valid: () => [{ baseline: baseline(), steps: 4 }],
    kinds: { "0": hasDefault, "0.steps": effort },
    use: used,
  },
  layerwise: { valid: () => [composite()], use: used },
  "maps.constant": { valid: () => [2], kinds: { "0": real }, use: mapped },
  noiseSensitivity: {
    valid: () => [
      network,
      theta(),
      inputs(),
      method(),
      { noise: 0.1, rng: makeRng(1), copies: 2, start: { output: 1 }, batch: 2 },
    ],
    kinds: { "2": samples, "4.noise": nonNegative, "4.copies": effort, "4.start.output": label },
  },
  occlusion: {
    valid: () => [{ regions: [[0], [1]], baseline: baseline() }],
    kinds: {
      "0": hasDefault,
      "0.regions": list,
      "0.regions[]": list,
      "0.regions[][]": label,
    },
    use: used,
  },
  parameterRandomisation: {
    valid: () => [
      network,
      theta(),
      inputs(),
      method(),
      { rng: makeRng(1), mode: "independent", start: { output: 1 }, batch: 2 },
    ],
    kinds: { "2": samples, "4.start.output": label },
  },
  patches: {
    valid: () => [[1, 4, 4], 2],
    kinds: { "0": allow("any axes of space", "one less", "one more") },
  },
  relevance: {
    valid: () => [network, theta(), inputs(), composite(), explain()],
    kinds: { "2": samples, ...explainKinds("4") },
  },
  relevanceByLayer: {
    valid: () => [network, theta(), inputs(), composite(), { start: { output: 1 }, batch: 2 }],
    kinds: { "2": samples, "4.start.output": label },
  },
  smoothGrad: {
    valid: () => [{ rng: makeRng(1), noise: 0.1, copies: 2 }],
    kinds: { "0.noise": nonNegative, "0.copies": effort },
    use: used,
  },
  uniform: {
    valid: () => [rule(), { first: rule(), maximum: { ...lrp.tiesShared }, name: "own" }],
    kinds: { "1.name": text },
    use: (own: lrp.Composite) => lrp.relevance(network, theta(), inputs(), own).at,
  },
  withoutBias: { valid: () => [rule()], use: propagated },
  zBounded: {
    valid: () => [-3, 3],
    kinds: { "0": real, "1": nonNegative },
    use: propagated,
  },
};

sweepRoom("lrp", lrp, entries);
