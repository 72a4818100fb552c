import { readFileSync } from "node:fs";
import { tensor, type Tensor } from "phaselens/core";
import { jetInputs, type JetInputs } from "phaselens/taggers";
import type { Network } from "phaselens/nn";
import { referencePath } from "../support/reference.js";
import { networkFromTensors } from "phaselens/internal/taggers/networkFromTensors";

interface Relevance {
  readonly track: number[][][];
  readonly sv: number[][][];
}

/** The parts of in_reference.json that tests read. */
export interface InteractionReference {
  readonly dims: { readonly P: number; readonly S: number; readonly N: number; readonly V: number };
  readonly n_params: number;
  readonly weights: Record<string, number[] | number[][]>;
  readonly x: number[][][];
  readonly y: number[][][];
  readonly labels: number[];
  readonly logits: number[][];
  readonly auc: number;
  readonly dauc_track: number[];
  readonly dauc_sv: number[];
  readonly rna_weighted: Record<string, Record<string, number[]>>;
  readonly rna_unweighted: Record<string, Record<string, number[]>>;
  readonly sparsity_rna_lt_0_2: number[];
  readonly lrp_first4: Record<string, Relevance>;
  readonly gradxinput_target1: Relevance;
}

/** The reference with its network, θ and jets. */
export function readReference(): {
  reference: InteractionReference;
  network: Network;
  theta: Float64Array;
  inputs: JetInputs;
} {
  const reference = JSON.parse(
    readFileSync(referencePath("neubauer2022/in_reference.json"), "utf8"),
  ) as InteractionReference;
  const { P, S, N, V } = reference.dims;
  const weights = Object.fromEntries(
    Object.entries(reference.weights).map(([name, value]): [string, Tensor] => {
      const shape = Array.isArray(value[0]) ? [value.length, value[0].length] : [value.length];
      return [name, tensor(shape, value.flat())];
    }),
  );
  const { network, theta } = networkFromTensors(weights, { tracks: N, vertices: V });
  const names = (kind: string, count: number): string[] =>
    Array.from({ length: count }, (_, k) => `${kind} ${k}`);
  const inputs = jetInputs(featuresFirst(reference.x), featuresFirst(reference.y), {
    tracks: names("track", P),
    vertices: names("vertex", S),
  });
  return { reference, network, theta, inputs };
}

/** [jet][object][feature] → [jets, features, objects]. */
export function featuresFirst(values: readonly (readonly (readonly number[])[])[]): Tensor {
  const [n, objects, features] = [values.length, values[0].length, values[0][0].length];
  const out = tensor([n, features, objects]);
  values.forEach((jet, i) =>
    jet.forEach((object, o) =>
      object.forEach((value, k) => (out.data[(i * features + k) * objects + o] = value)),
    ),
  );
  return out;
}
