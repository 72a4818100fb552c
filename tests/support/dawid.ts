import { dawid2021 } from "phaselens/papers";
import { readFileSync } from "node:fs";
import { readNpy, tensor, type Tensor } from "phaselens/core";
import { softmaxCrossEntropy, type Network, type RiskOptions, type Samples } from "phaselens/nn";
import { referencePath } from "./reference.js";

const SITES12 = 924;

interface AuthorSetup {
  readonly network: Network;
  readonly theta: Float64Array;
  /** 1000 states ordered by V₁, min-max normalised. */
  readonly training: Samples;
  readonly options: RiskOptions;
  /** Rows of a test file, normalised with the training minimum and maximum. */
  test(file: string): Samples;
}

/**
 * The published 740-parameter checkpoint with the data it was trained on. Needs the reference
 * folder.
 */
export function authorSetup(): AuthorSetup {
  const weights = JSON.parse(
    readFileSync(referencePath("dawid2021/author_cnn740_weights.json"), "utf8"),
  ) as Record<string, unknown[]>;
  const theta = Float64Array.from(Object.values(weights).flat(Infinity) as number[]);
  const meta = JSON.parse(readFileSync(referencePath("dawid2021/train12_meta.json"), "utf8")) as {
    label: number[];
    xmin: number;
    xmax: number;
  };
  const orbits = readNpy(referencePath("dawid2021/train12_orbit_amplitudes_1000x62_f64.npy"));
  const labelOf = readNpy(referencePath("dawid2021/orbit_label_924.npy"));
  const normalise = (v: number): number => (v - meta.xmin) / (meta.xmax - meta.xmin);
  const oneHot = (labels: ArrayLike<number>): Tensor => {
    const target = tensor([labels.length, 2]);
    for (let n = 0; n < labels.length; n++) target.data[2 * n + labels[n]] = 1;
    return target;
  };
  const x = tensor([1000, 1, SITES12]);
  for (let n = 0; n < 1000; n++) {
    for (let f = 0; f < SITES12; f++)
      x.data[n * SITES12 + f] = normalise(orbits.data[n * orbits.shape[1] + labelOf.data[f]]);
  }
  return {
    network: dawid2021.cnn(),
    theta,
    training: { x, target: oneHot(meta.label) },
    options: { loss: softmaxCrossEntropy, l2: 0.05 / 1000 },
    test(file) {
      const rows = readNpy(referencePath(`dawid2021/${file}`));
      const [n, width] = rows.shape;
      const states = tensor([n, 1, SITES12]);
      for (let s = 0; s < n; s++)
        for (let f = 0; f < SITES12; f++)
          states.data[s * SITES12 + f] = normalise(rows.data[s * width + 1 + f]);
      return {
        x: states,
        target: oneHot(Array.from({ length: n }, (_, s) => rows.data[s * width])),
      };
    },
  };
}
