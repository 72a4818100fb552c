// What a tagger's margin owes to each track: by relevance, and by leaving the track out.
import { core, lrp, physics } from "phaselens";
import { forSignal, gammaEverywhere } from "phaselens/internal/papers/neubauer2022/explainedTracks";
import { networkOf, samplesOf } from "./taggers.mjs";
import { withoutTracks } from "./jets.mjs";

/** Relevance (γ = 0.25 in all that is linear) of every entry for the margin. */
export function relevanceAt(architecture, theta, { inputs }) {
  const network = networkOf(architecture);
  const x = samplesOf(network, inputs);
  return lrp.attribute(network, theta, x, lrp.layerwise(gammaEverywhere), { start: forSignal })
    .at[0];
}

/**
 * Of each track, the sum over its features.
 * @returns {number[][]}  for each jet, of the tracks that are there
 */
export function relevanceOfTracks(at, { inputs, there }) {
  const { features, objects } = inputs.layout.tracks;
  return there.map((slots, jet) => {
    const values = core.row(at, jet);
    return slots.map((slot) => {
      let sum = 0;
      for (let f = 0; f < features; f++) sum += values[f * objects + slot];
      return sum;
    });
  });
}

/**
 * Of each track, the margin less that of the jet without it: asks the same of every tagger.
 * @returns {number[][]}
 */
export function omissionOf(margin, { inputs, there }) {
  const before = margin(inputs);
  const most = Math.max(...there.map((slots) => slots.length));
  const found = there.map((slots) => slots.map(() => 0));
  for (let k = 0; k < most; k++) {
    const after = margin(
      withoutTracks(
        inputs,
        there.map((slots) => slots.slice(k, k + 1)),
      ),
    );
    found.forEach((values, jet) => {
      if (k < values.length) values[k] = before[jet] - after[jet];
    });
  }
  return found;
}

const { displacement, kinematics, covariance } = physics.jetFeatureGroups;
/** Groups of features that networks and trees share. */
export const groupOf = (name) => {
  if (name.startsWith("sv_") || name === "number of vertices") return "vertices";
  if (displacement.includes(name)) return "displacement";
  if (kinematics.includes(name)) return "momentum and direction";
  return covariance.includes(name) ? "covariance" : "other";
};
export const groups = ["displacement", "vertices", "momentum and direction", "covariance", "other"];

/** Shares of the groups in Σ |relevance of a group in a jet|, over jets. */
export function relevanceShares(architecture, at, { inputs }) {
  const { tracks, vertices, features } = inputs.layout;
  const network = networkOf(architecture);
  const vertexStart = network.inputs?.find(({ name }) => name === "vertices").start;
  const places = [
    ...features.tracks.map((name, f) => [name, f * tracks.objects, tracks.objects]),
    ...features.vertices.map((name, f) => [
      name,
      (vertexStart ?? vertices.start) + f * vertices.objects,
      vertices.objects,
    ]),
  ];
  const sums = (values) => {
    const all = groups.map(() => 0);
    for (const [name, from, count] of places)
      for (let p = from; p < from + count; p++) all[groups.indexOf(groupOf(name))] += values[p];
    return all;
  };
  return sharesOf(Array.from({ length: at.shape[0] }, (_, jet) => sums(core.row(at, jet))));
}

/** Shares of Σ |value| of each column. */
export function sharesOf(rows) {
  const sizes = rows[0].map((_, k) => rows.reduce((sum, values) => sum + Math.abs(values[k]), 0));
  const all = sizes.reduce((a, b) => a + b, 0);
  return sizes.map((size) => size / all);
}
