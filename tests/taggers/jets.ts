import { makeRng, tensor } from "phaselens/core";
import { interactionNetwork, jetInputs, type JetInputs } from "phaselens/taggers";
import { kaimingNormal, type Network } from "phaselens/nn";

export const features = { tracks: ["pt", "angle", "dxy"], vertices: ["mass", "flight"] };

/**
 * Toy jets with 1 to 5 tracks and 0 to 2 vertices in the first slots, and a network with parameters
 * for them.
 */
export function toyJets(
  n: number,
  seed: number,
): { inputs: JetInputs; network: Network; theta: Float64Array } {
  const rng = makeRng(seed, "toy jets");
  const [tracks, vertices] = [tensor([n, 3, 5]), tensor([n, 2, 2])];
  for (let jet = 0; jet < n; jet++) {
    for (const [part, least] of [
      [tracks, 1],
      [vertices, 0],
    ] as const) {
      const [, count, slots] = part.shape;
      const objects = least + rng.integer(slots + 1 - least);
      for (let k = 0; k < count; k++)
        for (let o = 0; o < objects; o++) part.data[(jet * count + k) * slots + o] = rng.normal();
    }
  }
  const network = interactionNetwork({
    hidden: 6,
    edge: 4,
    object: 5,
    tracks: 5,
    trackFeatures: 3,
    vertices: 2,
    vertexFeatures: 2,
  });
  const theta = kaimingNormal(network, makeRng(seed)).map((v) => 0.6 * (v === 0 ? 0.3 : v));
  return { inputs: jetInputs(tracks, vertices, features), network, theta };
}

/** Labels that a network's scores tell, but not all of them. */
export function noisyLabels(scores: Float64Array, seed: number): Int32Array {
  const rng = makeRng(seed, "labels");
  const middle = scores.slice().sort()[Math.floor(scores.length / 2)];
  return Int32Array.from(scores, (score) => (score > middle !== rng.uniform() < 0.2 ? 1 : 0));
}
