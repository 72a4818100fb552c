import { makeRng, oneHot, tensor } from "phaselens/core";
import * as nn from "phaselens/nn";
import {
  allow,
  anyList,
  anyShape,
  batch,
  count,
  effort,
  either,
  fraction,
  integer,
  label,
  limit,
  list,
  nonNegative,
  optional,
  real,
  text,
  untouched,
  type Kind,
} from "./support/kinds.js";
import { made } from "./support/made.js";
import { inputs, labelled, network, risk, riskKinds, samples, theta } from "./support/nets.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

const outputs = () => tensor([3, 2], [1, 2, 0.5, -1, 2, 0]);
const oneOfTwo = () => oneHot([0, 1, 1], 2);
const group = (start = 0) => ({ start, features: 2, objects: 3 });
const rng = () => makeRng(1);
const bins = () => nn.labelBins([0.1, 0.2, 0.3], 0.1);
const named = nn.graph({ a: [2], b: [1] }, ({ a, b }, then) => then(nn.concat(), a, b));
const copied = either(real, allow("is copied, whatever it is", "NaN", "Infinity", "-Infinity"));
/** A layer is used by the network around it. */
const through = (layer: nn.Layer) => nn.sequential([layer]).parameterCount;
const extents: Kind = allow("an axis more is a layer of other samples", "one less", "one more");
const padding = allow("one number for all axes", "5");

const hasDefault = allow("all options have defaults", "undefined", "{}");

const optionalCount = either(count, hasDefault);
const gated = () => ({ reverse: false, sequence: true, gate: nn.sigmoid(), activation: nn.tanh() });
const gatedKinds = { "3": hasDefault, "3.gate": hasDefault, "3.activation": hasDefault };
const trained = () => ({ mean: [1, 2], variance: [1, 2], scale: [1, 1], shift: [0, 0] });
const sized = ({ parameterCount }: nn.Network): number => parameterCount;
const someSets = () => ({ tracks: [2, 6], vertices: [1, 2] });
const productKinds = { "0": hasDefault, "0.signal": hasDefault };
const along: Entry = { valid: () => [[0], { keep: true }], kinds: { "0": list, "1": hasDefault } };
const below: Kind = allow("is less than the other bound", "-1", "0.5");
const above: Kind = allow("is more than the other bound", "0.5", "1e+308", String(2 ** 40));
const positiveReal: Kind = allow("any number above 0", "0.5", "1e+308", String(2 ** 40));

const training = () => ({
  ...risk(),
  rng: rng(),
  epochs: 1,
  batchSize: 2,
  clip: 1,
  stopAt: 1e-3,
  checkEvery: 1,
  stuck: { patience: 5, below: 0.97, retries: 1 },
  validation: samples(),
  keep: "lowestLoss",
  biases: "free",
  precision: "float64",
  optimiser: made(nn.sgd({ learningRate: 0.01 })),
  schedule: nn.cosineSchedule,
  theta: theta(),
  onEpoch: () => {},
});

const entries: Readonly<Record<string, Entry>> = {
  accuracy: {
    valid: () => [outputs(), oneOfTwo(), nn.softmaxCrossEntropy, [4, 5, 6]],
    kinds: { "1.data[]": nonNegative, "3[]": real },
  },
  activations: { valid: () => [network, theta(), inputs()], kinds: { "2": batch } },
  adam: {
    valid: () => [{ learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }],
    kinds: {
      "0": hasDefault,
      "0.learningRate": nonNegative,
      "0.beta1": fraction,
      "0.beta2": fraction,
      "0.epsilon": nonNegative,
    },
  },
  add: { valid: () => [] },
  averagePool: {
    valid: () => [[7, 7], { stride: [1, 1], padding: [[0, 1], 1] }],
    kinds: {
      "0": allow("one number for all axes", "5"),
      "1.stride": padding,
      "1.padding": padding,
    },
  },
  binTargets: {
    valid: () => [[0.1, 0.2], bins(), { normalised: true }],
    kinds: { "0": anyList, "1.centres": list, "1.width": nonNegative },
  },
  classWeighted: {
    valid: () => [{ ...labelled(), weights: [4, 5, 6, 7] }, [2, 3], nn.softmaxCrossEntropy],
    kinds: {
      "0.x": anyShape, // handed on as they are
      "0.x.data[]": copied,
      "0.target.data[]": nonNegative,
      "0.weights[]": real,
      "1[]": nonNegative,
    },
  },
  concat: { valid: () => [] },
  conv1d: {
    valid: () => [1, 2, 3, { padding: [[1, 1]], stride: [1], dilation: [1] }],
    kinds: { "3.padding": padding, "3.stride": padding, "3.dilation": padding },
    use: through,
  },
  conv2d: {
    valid: () => [1, 2, [3, 3], { padding: [[1, 1], 0], stride: [1, 2], dilation: [1, 1] }],
    kinds: { "2": padding, "3.padding": padding, "3.stride": padding, "3.dilation": padding },
    use: through,
  },
  conv3d: {
    valid: () => [1, 2, [3, 3, 3], { padding: [1, 1, 0], stride: 1, dilation: 1 }],
    kinds: { "2": padding, "3.padding": padding },
    use: through,
  },
  cosineSchedule: { valid: () => [0.5], kinds: { "0": fraction } },
  dense: { valid: () => [2, 3], use: through },
  describeNetwork: { valid: () => [network] },
  describeParameters: { valid: () => [network] },
  dropout: { valid: () => [0.2], kinds: { "0": fraction } },
  edges: { valid: () => [group(), group(6), 2], use: through },
  elementwise: {
    valid: () => ["sine", Math.sin, Math.cos, (_x: number, y: number) => -y],
    kinds: { "0": text },
  },
  elu: { valid: () => [0.5], kinds: { "0": either(real, hasDefault) } },
  flatten: { valid: () => [] },
  globalAveragePool: { valid: () => [] },
  globalMaxPool: { valid: () => [] },
  globalSum: { valid: () => [] },
  graph: {
    valid: () => [(input: nn.GraphValue, then: nn.Then) => then(nn.dense(2, 2), input), "name"],
    kinds: { "1": text },
  },
  head: {
    valid: () => [network, theta(), inputs(), { after: 1 }],
    kinds: { "2": batch, "3.after": count },
  },
  huberLoss: {
    valid: () => [{ delta: 0.5 }],
    kinds: { "0": hasDefault, "0.delta": nonNegative },
  },
  kaimingNormal: { valid: () => [network, rng(), 1], kinds: { "2": nonNegative } },
  labelBins: {
    valid: () => [[0.1, 0.2, 0.3], 0.1],
    kinds: { "0": list, "1": nonNegative },
  },
  layerFrom: { valid: () => [{ type: "dense", inputs: 2, outputs: 3 }], use: through },
  leakyRelu: { valid: () => [0.1], kinds: { "0": either(real, hasDefault) } },
  losses: { valid: () => [nn.meanSquaredError, outputs(), oneOfTwo()] },
  makeEvaluator: { valid: () => [network, [2], 2] },
  maxPool: {
    valid: () => [[7, 7], { stride: [1, 1], padding: [[0, 1], 1] }],
    kinds: {
      "0": allow("one number for all axes", "5"),
      "1.stride": padding,
      "1.padding": padding,
    },
  },
  objectDense: { valid: () => [2, 3], use: through },
  pack: {
    valid: () => [named, { a: tensor([2, 2], [1, 2, 3, 4]), b: tensor([2, 1], [5, 6]) }],
    kinds: { "1.a.data[]": copied, "1.b.data[]": copied },
  },
  parameterBlocks: { valid: () => [network] },
  perSampleGradients: {
    valid: () => [network, theta(), samples(), { ...risk(), convention: "dawid2021" }],
    kinds: riskKinds("3"),
  },
  predict: {
    valid: () => [network, theta(), inputs(), { precision: "float32" }],
    kinds: { "2": batch },
  },
  predictedLabels: {
    valid: () => [outputs(), nn.softmaxCrossEntropy],
    kinds: { "0": either(batch, allow("any number of classes", "wider")) },
  },
  predictedValues: {
    valid: () => [tensor([2, 3], [1, 2, 0.5, -1, 2, 0]), bins()],
    kinds: { "0": batch, "1.width": untouched },
  },
  relu: { valid: () => [] },
  reshape: {
    valid: () => [[2, 3]],
    kinds: { "0": extents, "0[]": allow("what is left for an extent", "-1") },
  },
  risk: { valid: () => [network, theta(), samples(), risk()], kinds: riskKinds("3") },
  riskAndGradient: { valid: () => [network, theta(), samples(), risk()], kinds: riskKinds("3") },
  segmentSum: { valid: () => [2] },
  sequential: {
    valid: () => [[nn.dense(2, 2), nn.tanh()], "name"],
    kinds: { "0": list, "1": text },
  },
  sgd: {
    valid: () => [{ learningRate: 0.1, momentum: 0.9 }],
    kinds: { "0.learningRate": nonNegative, "0.momentum": fraction },
  },
  shapes: { valid: () => [network, [2]] },
  sigmoid: { valid: () => [] },
  slice: { valid: () => [group()] },
  softplus: { valid: () => [] },
  stepSchedule: {
    valid: () => [[0.5, 0.8], 0.1],
    kinds: { "0": anyList, "0[]": fraction, "1": nonNegative },
    use: (schedule: nn.Schedule) => schedule(0.9),
  },
  tanh: { valid: () => [] },
  train: {
    valid: () => [network, samples(), training()],
    kinds: {
      ...riskKinds("2"),
      "2.epochs": effort,
      "2.clip": limit,
      "2.stopAt": real,
      "2.stuck.below": nonNegative,
    },
  },
  trainable: {
    valid: () => [network, theta(), [0], { parameters: [{ name: "w", shape: [2, 3], offset: 9 }] }],
    kinds: {
      "2": list,
      "2[]": label,
      "3": hasDefault,
      "3.parameters": either(anyList, hasDefault),
      "3.parameters[].name": text,
      "3.parameters[].shape": anyList,
      "3.parameters[].shape[]": count,
      "3.parameters[].offset": count,
    },
    use: ({ theta: free }: nn.TrainablePart) => free,
  },
  trainMany: {
    valid: () => [
      network,
      samples(),
      { module: "phaselens/papers/dawid2021", name: "recipes.ours" },
      [{ seed: 1, path: "a", counts: [1, 1, 2, 0], theta: theta(), epochs: 1, stopAt: null }],
      { jobs: 1, onDone: () => {} },
    ],
    kinds: {
      "3": anyList,
      "3[].seed": integer,
      "3[].path": text,
      "3[].counts[]": label,
      "3[].epochs": effort,
      "4.jobs": count,
    },
  },
  unpack: {
    valid: () => [named, tensor([2, 3], [1, 2, 3, 4, 5, 6])],
    kinds: {
      "1": either(batch, allow("relevance of any shape of as many", "one axis more")),
      "1.data[]": copied,
    },
  },
  valueTargets: { valid: () => [[0.1, 0.2]], kinds: { "0": anyList } },
  zeroPad: {
    valid: () => [[[0, 1], 2]],
    kinds: { "0": either(extents, allow("samples without space are padded nowhere", "empty")) },
  },
  attention: {
    valid: () => [2, { outer: 0 }],
    kinds: { "1": hasDefault, "1.outer": optionalCount },
  },
  batchNorm: {
    valid: () => [2, { axis: 0, trained: trained(), epsilon: 0.1 }],
    kinds: {
      "0": label,
      "1": hasDefault,
      "1.axis": optionalCount,
      "1.trained": hasDefault,
      "1.trained.scale": hasDefault,
      "1.trained.shift": hasDefault,
      "1.trained.variance[]": nonNegative,
      "1.epsilon": either(nonNegative, hasDefault),
    },
  },
  deepSets: {
    valid: () => [{ sets: someSets(), each: [3, 2], after: [2], outputs: 2 }],
    use: sized,
    kinds: { "0.each": list, "0.after": anyList },
  },
  edgeConv: {
    valid: () => [2, [3, 4], { neighbours: 2, masked: false }],
    kinds: { "1": list },
  },
  gru: { valid: () => [2, 3, 4, gated()], kinds: gatedKinds },
  layerNorm: {
    valid: () => [2, { axis: 0, epsilon: 0.1, centred: true }],
    kinds: {
      "1": hasDefault,
      "1.axis": optionalCount,
      "1.epsilon": either(positiveReal, hasDefault),
    },
  },
  lstm: { valid: () => [2, 3, 4, gated()], kinds: gatedKinds },
  maskedMean: { valid: () => [] },
  multiHeadAttention: {
    valid: () => [4, 2, { masked: false }],
    kinds: { "1": label, "2": hasDefault },
  },
  particleNet: {
    valid: () => [
      {
        sets: someSets(),
        points: 2,
        neighbours: 2,
        blocks: [[3, 2], [2]],
        embedding: 3,
        after: [2],
      },
    ],
    use: sized,
    kinds: { "0.blocks": list, "0.blocks[]": list, "0.after": anyList },
  },
  prelu: { valid: () => [2, { axis: 0 }], kinds: { "1": hasDefault, "1.axis": optionalCount } },
  resnet1d: {
    valid: () => [{ sets: someSets(), blocks: [2, 3], kernel: 3, after: [2] }],
    use: sized,
    kinds: { "0.blocks": list, "0.after": anyList, "0.kernel": label },
  },
  transformerEncoder: {
    valid: () => [
      {
        sets: someSets(),
        width: 4,
        heads: 2,
        layers: 1,
        feedForward: 3,
        pooling: "token",
        after: [2],
      },
    ],
    use: sized,
    kinds: { "0.heads": label, "0.layers": label, "0.after": anyList },
  },
  rnn: { valid: () => [2, 3, 4, { reverse: false, sequence: true }], kinds: { "3": hasDefault } },
  gelu: {
    valid: () => [{ approximate: "tanh" }],
    kinds: { "0": hasDefault, "0.approximate": optional },
  },
  hardSigmoid: {
    valid: () => [0.2, 0.5],
    kinds: { "0": either(real, hasDefault), "1": either(real, hasDefault) },
  },
  hardSwish: { valid: () => [] },
  matmul: { valid: () => [{ signal: 0, transposeA: true }], kinds: productKinds },
  multiply: { valid: () => [{ signal: 0 }], kinds: productKinds },
  selu: { valid: () => [] },
  silu: { valid: () => [] },
  "operations.clip": { valid: () => [0, 6], kinds: { "0": below, "1": above } },
  "operations.constant": {
    valid: () => [[2], [1, 2]],
    kinds: { "1[]": real },
  },
  "operations.crop": {
    valid: () => [0, 1, 2, 1],
    kinds: { "2": label, "3": either(integer, hasDefault) },
  },
  "operations.expand": { valid: () => [[2, 3]], kinds: { "0": extents } },
  "operations.expandLike": { valid: () => [] },
  "operations.gather": {
    valid: () => [[2], [0, 1], 0.5],
    kinds: { "1[]": allow("-1 is the constant", "-1"), "2": either(real, hasDefault) },
  },
  "operations.gatherAt": {
    valid: () => [{ axis: 1, elements: false }],
    kinds: { "0": hasDefault, "0.axis": either(count, hasDefault) },
  },
  "operations.mathFunction": { valid: () => ["erf"] },
  "operations.maximum": { valid: () => [] },
  "operations.maximumAlong": along,
  "operations.meanAlong": along,
  "operations.minimum": { valid: () => [] },
  "operations.normalise": {
    valid: () => [[0], { epsilon: 0.1, centred: true }],
    kinds: { "0": list, "1": hasDefault, "1.epsilon": either(positiveReal, hasDefault) },
  },
  "operations.pad": {
    valid: () => [[[1, 0]], 0.5],
    kinds: { "0": list, "1": either(real, hasDefault) },
  },
  "operations.parameter": {
    valid: () => [[2, 3], 0.5],
    kinds: { "0": extents, "1": either(real, hasDefault) },
  },
  "operations.power": { valid: () => [2], kinds: { "0": real } },
  "operations.rescale": {
    valid: () => [2, 1],
    kinds: { "0": real, "1": either(real, hasDefault) },
  },
  "operations.scaling": {
    valid: () => [2, { axis: 0, bias: true, start: 1, values: [1, 2, 0, 0] }],
    kinds: {
      "1": hasDefault,
      "1.axis": either(count, hasDefault),
      "1.start": either(real, hasDefault),
      "1.values": hasDefault,
      "1.values[]": real,
    },
  },
  "operations.softmaxAlong": {
    valid: () => [0, { log: true }],
    kinds: { "1": hasDefault },
  },
  "operations.sumAlong": along,
  "operations.take": { valid: () => [0, [1, 0]], kinds: { "1": list, "1[]": label } },
  "operations.topK": {
    valid: () => [2, { axis: 1, smallest: true, places: true, precision: "float32" }],
    kinds: { "1": hasDefault, "1.axis": either(count, hasDefault), "1.precision": optional },
  },
  "operations.transpose": { valid: () => [[1, 0]], kinds: { "0": label, "0[]": label } },
  "operations.where": { valid: () => [] },
};

sweepRoom("nn", nn, entries);
