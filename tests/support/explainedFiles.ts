import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { core, forest, interop, nn } from "phaselens";

/** Segments of 0 … 9: top, upper left and right, middle, lower left and right, bottom. */
const SEGMENTS = [0x77, 0x24, 0x5d, 0x6d, 0x2e, 0x6b, 0x7b, 0x25, 0x7f, 0x6f];
/** Pixels of the segments, [row, column] in 8 × 8. */
const PIXELS: readonly (readonly (readonly [number, number])[])[] = [
  [2, 3, 4, 5].map((x) => [0, x] as const),
  [1, 2, 3].map((y) => [y, 1] as const),
  [1, 2, 3].map((y) => [y, 6] as const),
  [2, 3, 4, 5].map((x) => [3, x] as const),
  [4, 5, 6].map((y) => [y, 1] as const),
  [4, 5, 6].map((y) => [y, 6] as const),
  [2, 3, 4, 5].map((x) => [7, x] as const),
];

/** Digits of seven segments with noise, channels last. */
function digits(n: number, seed: number): { x: core.Tensor; labels: Float64Array } {
  const rng = core.makeRng(seed, "digits");
  const x = core.tensor([n, 8, 8, 1]);
  const labels = Float64Array.from({ length: n }, (_, s) => s % 10);
  for (let s = 0; s < n; s++) {
    for (let p = 0; p < 64; p++) x.data[64 * s + p] = 0.3 * rng.normal();
    PIXELS.forEach((pixels, k) => {
      if ((SEGMENTS[labels[s]] >> k) & 1)
        for (const [row, column] of pixels) x.data[64 * s + 8 * row + column] += 1;
    });
  }
  return { x, labels };
}

const npy = (path: string, array: core.Tensor, dtype: "f4" | "u1" = "f4"): string => {
  core.writeNpy(path, array, { dtype });
  return path;
};
const column = (values: Float64Array): core.Tensor => core.tensor([values.length], values);

/** (a) A TensorFlow.js CNN on digits; two of the labels of training points are wrong. */
export function digitFiles(folder: string): string[] {
  const [training, test] = [digits(100, 1), digits(30, 2)];
  [training.labels[3], training.labels[14]] = [8, 0];
  const network = nn.sequential([
    nn.conv2d(1, 2, 3),
    nn.relu(),
    nn.averagePool([2, 2]),
    nn.flatten(),
    nn.dense(18, 10),
  ]);
  const rng = core.makeRng(3);
  const data = {
    x: core.tensor([100, 1, 8, 8], training.x.data),
    target: core.oneHot(training.labels, 10),
  };
  const { theta } = nn.train(network, data, {
    loss: nn.softmaxCrossEntropy,
    l2: 1e-3,
    theta: nn.kaimingNormal(network, rng.fork("start")),
    epochs: 120,
    batchSize: 20,
    rng: rng.fork("batches"),
  });
  const path = join(folder, "model.json");
  interop.saveTfjsModel(path, { network, theta, inputShape: [1, 8, 8], output: "softmax" });
  return [
    path,
    join(folder, "model.weights.bin"),
    npy(join(folder, "digits_test.npy"), test.x),
    npy(join(folder, "labels_test.npy"), column(test.labels), "u1"),
    npy(join(folder, "digits_train.npy"), training.x),
    npy(join(folder, "labels_train.npy"), column(training.labels), "u1"),
  ];
}

/**
 * (b) An ONNX tagger of sets of tracks with a mask: signal has harder tracks.
 * @param sizes  points, training points, widths of its layers
 */
export function taggerFiles(
  folder: string,
  { points = 30, trainingPoints = 80, widths = [6] }: TaggerSizes = {},
): string[] {
  const [features, slots] = [3, 6];
  const network = nn.deepSets({ sets: { tracks: [features, slots] }, each: widths, after: widths });
  const jets = (n: number, seed: number): { x: core.Tensor; labels: Float64Array } => {
    const rng = core.makeRng(seed, "jets");
    const x = core.tensor([n, (features + 1) * slots]);
    const labels = Float64Array.from({ length: n }, (_, s) => s % 2);
    for (let s = 0; s < n; s++) {
      const there = 2 + Math.floor(rng.uniform() * (slots - 1));
      for (let t = 0; t < there; t++) {
        for (let f = 0; f < features; f++)
          x.data[s * 24 + f * slots + t] = rng.normal() + (f === 0 ? 0.8 * labels[s] : 0);
        x.data[s * 24 + features * slots + t] = 1;
      }
    }
    return { x, labels };
  };
  const [training, test] = [jets(trainingPoints, 1), jets(points, 2)];
  const rng = core.makeRng(4);
  const { theta } = nn.train(
    network,
    { x: training.x, target: core.oneHot(training.labels, 2) },
    {
      loss: nn.softmaxCrossEntropy,
      l2: 1e-3,
      theta: nn.kaimingNormal(network, rng.fork("start")),
      epochs: trainingPoints > 500 ? 1 : 40,
      batchSize: 20,
      rng: rng.fork("batches"),
    },
  );
  const path = join(folder, "tagger.onnx");
  interop.saveOnnx(path, network, theta, { output: "softmax" });
  const parts = (set: string, { x, labels }: typeof test): string[] => {
    const n = x.shape[0];
    const [tracks, mask] = [core.tensor([n, features, slots]), core.tensor([n, 1, slots])];
    for (let s = 0; s < n; s++) {
      tracks.data.set(x.data.subarray(s * 24, s * 24 + 18), s * 18);
      mask.data.set(x.data.subarray(s * 24 + 18, s * 24 + 24), s * 6);
    }
    return [
      npy(join(folder, `tracks_${set}.npy`), tracks),
      npy(join(folder, `tracks_mask_${set}.npy`), mask),
      npy(join(folder, `labels_${set}.npy`), column(labels), "u1"),
    ];
  };
  return [path, ...parts("test", test), ...parts("train", training)];
}

interface TaggerSizes {
  readonly points?: number;
  readonly trainingPoints?: number;
  readonly widths?: readonly number[];
}

/** Names as an attacker, or an accident, would choose them. */
export const hostileNames: readonly string[] = [
  "<img src=x onerror=alert(1)>",
  "</script><script>alert(2)</script>",
  '"];alert(3);["',
  "\u202Eevil\u2066 RTL",
  `very long ${"x".repeat(3000)}`,
  "=cmd|' /C calc'!A0",
];

/** A table as text, in quotes where a name needs them. */
function csv(
  path: string,
  names: readonly string[],
  rows: readonly (readonly unknown[])[],
): string {
  const field = (value: unknown): string =>
    typeof value === "string" ? `"${value.replaceAll('"', '""')}"` : String(value);
  writeFileSync(path, `${[names, ...rows].map((row) => row.map(field).join(",")).join("\n")}\n`);
  return path;
}

/** (c) Boosted trees on a table with hostile names of columns and classes. */
export async function treeFiles(folder: string, n: number = 200): Promise<string[]> {
  const rng = core.makeRng(5, "trees");
  const x = core.tensor(
    [n, hostileNames.length],
    Float64Array.from({ length: n * hostileNames.length }, () => rng.normal()),
  );
  const target = Float64Array.from({ length: n }, (_, s) =>
    x.data[s * 6] + x.data[s * 6 + 1] ** 2 > 0.8 ? 1 : 0,
  );
  const grown = await forest.gradientBoosting({ x, target }, { loss: "logistic", rounds: 15 });
  const model = join(folder, "trees.json");
  writeFileSync(model, JSON.stringify(forest.forestToJson(grown)));
  const rows = Array.from({ length: n }, (_, s) => [
    ...x.data.subarray(s * 6, s * 6 + 6),
    target[s] === 1 ? "<b>signal</b>" : "\u202Eback",
  ]);
  return [model, csv(join(folder, "table.csv"), [...hostileNames, "label"], rows)];
}

/**
 * (d) A regression with training data, both as tables.
 * @param features  of which the first two matter
 */
export function regressionFiles(
  folder: string,
  { points = 60, trainingPoints = 150, features = 4 }: RegressionSizes = {},
): string[] {
  const rng = core.makeRng(6, "regression");
  const names = Array.from({ length: features }, (_, k) => `p${k}`);
  const rows = (n: number): number[][] =>
    Array.from({ length: n }, () => {
      const x = Array.from({ length: features }, () => Number(rng.normal().toPrecision(6)));
      return [...x, 2 + 3 * x[0] - 2 * Math.tanh(x[1]) + 0.2 * rng.normal()];
    });
  const [training, test] = [rows(trainingPoints), rows(points)];
  const network = nn.sequential([nn.dense(features, 8), nn.tanh(), nn.dense(8, 1)]);
  const data = {
    x: core.tensor(
      [trainingPoints, features],
      training.flatMap((row) => row.slice(0, -1)),
    ),
    target: core.tensor(
      [trainingPoints, 1],
      training.map((row) => row[features]),
    ),
  };
  const { theta } = nn.train(network, data, {
    loss: nn.meanSquaredError,
    l2: 1e-3,
    theta: nn.kaimingNormal(network, rng.fork("start")),
    epochs: trainingPoints > 1000 ? 3 : 150,
    batchSize: 30,
    rng: rng.fork("batches"),
  });
  const model = join(folder, "energy.json");
  interop.saveNetwork(model, {
    network,
    theta,
    inputShape: [features],
    output: "linear",
    loss: nn.meanSquaredError,
  });
  return [
    model,
    join(folder, "energy.theta.npy"),
    csv(join(folder, "test.csv"), [...names, "target"], test),
    csv(join(folder, "train.csv"), [...names, "target"], training),
  ];
}

interface RegressionSizes {
  readonly points?: number;
  readonly trainingPoints?: number;
  readonly features?: number;
}
