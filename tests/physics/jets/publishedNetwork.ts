import { readFileSync } from "node:fs";
import type { JetSample } from "phaselens/physics";
import { referencePath } from "../../support/reference.js";

interface Description {
  readonly keep_track: number[] | null;
  readonly keep_sv: number[] | null;
  readonly hidden: number;
  readonly De: number;
  readonly Do: number;
  readonly tensors: { name: string; shape: number[]; offset: number }[];
}

/**
 * Scores z(H → bb̄) − z(QCD) of an interaction network published in
 * FAIR4HEP/hbb_interaction_network, for the first jets of a sample: plain loops from Moreno et al.
 * 2020, independent of the library's networks.
 */
export function publishedScores(name: string, jets: JetSample, count: number): Float64Array {
  const folder = referencePath("neubauer2022/authors_interaction_network");
  const description = JSON.parse(readFileSync(`${folder}/${name}.json`, "utf8")) as Description;
  const file = readFileSync(`${folder}/${name}.f32`);
  const weights = (tensor: string): ((k: number) => number) => {
    const { offset } = description.tensors.find((one) => one.name === tensor)!;
    return (k) => file.readFloatLE(4 * (offset + k));
  };
  const layer = (
    prefix: string,
    outputs: number,
    inputs: number,
  ): { w: Float64Array; b: Float64Array } => ({
    w: Float64Array.from({ length: outputs * inputs }, (_, k) => weights(`${prefix}.weight`)(k)),
    b: Float64Array.from({ length: outputs }, (_, k) => weights(`${prefix}.bias`)(k)),
  });
  const [rows, vertexRows] = [
    description.keep_track ?? [...Array(30).keys()],
    description.keep_sv ?? [...Array(14).keys()],
  ];
  const { hidden: H, De, Do } = description;
  const [P, S] = [rows.length, vertexRows.length];
  const dense = (prefix: string, sizes: number[]): { w: Float64Array; b: Float64Array }[] =>
    sizes.slice(1).map((size, k) => layer(prefix.replace("#", String(k + 1)), size, sizes[k]));
  const [pairs, withVertices, objects] = [
    dense("fr#", [2 * P, H, H, De]),
    dense("fr#_pv", [P + S, H, H, De]),
    dense("fo#", [P + 2 * De, H, H, Do]),
  ];
  const last = layer("fc_fixed", 2, Do);

  const apply = ({ w, b }: { w: Float64Array; b: Float64Array }, x: Float64Array): Float64Array => {
    const out = new Float64Array(b.length);
    for (let j = 0; j < b.length; j++) {
      let z = b[j];
      for (let k = 0; k < x.length; k++) z += w[j * x.length + k] * x[k];
      out[j] = z > 0 ? z : 0;
    }
    return out;
  };
  const through = (layers: typeof pairs, ...parts: Float64Array[]): Float64Array => {
    let value: Float64Array = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      value.set(part, at);
      at += part.length;
    }
    for (const one of layers) value = apply(one, value);
    return value;
  };

  return Float64Array.from({ length: count }, (_, n) => {
    const tracks = Array.from({ length: 60 }, (_, slot) =>
      Float64Array.from(rows, (row) => jets.x.data[(n * 30 + row) * 60 + slot]),
    );
    const vertices = Array.from({ length: 5 }, (_, slot) =>
      Float64Array.from(vertexRows, (row) => jets.vertices.data[(n * 14 + row) * 5 + slot]),
    );
    // many slots are empty, and all empty ones are alike: each pair of kinds is computed once
    const total = new Float64Array(Do);
    const filled = Math.min(60, jets.truth.tracks[n]);
    const kinds = tracks.slice(0, filled + (filled < 60 ? 1 : 0));
    const multiplicity = (k: number): number => (k < filled ? 1 : 60 - filled);
    kinds.forEach((receiver, r) => {
      const sums = [new Float64Array(De), new Float64Array(De)];
      kinds.forEach((sender, s) => {
        // r ≠ s; an empty slot pairs with the other empty ones
        const times = multiplicity(s) - (r === s ? 1 : 0);
        if (times > 0)
          through(pairs, receiver, sender).forEach((e, j) => (sums[0][j] += times * e));
      });
      for (const vertex of vertices)
        through(withVertices, receiver, vertex).forEach((e, j) => (sums[1][j] += e));
      through(objects, receiver, sums[0], sums[1]).forEach(
        (o, j) => (total[j] += multiplicity(r) * o),
      );
    });
    const z = [0, 1].map(
      (t) => last.b[t] + total.reduce((sum, value, j) => sum + last.w[t * Do + j] * value, 0),
    );
    return z[1] - z[0];
  });
}
