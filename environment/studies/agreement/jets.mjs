// The jets that all taggers of the study read: the same tracks, the same vertices, one scale.
import { core, papers } from "phaselens";
import { isHeavy, slotsThere } from "phaselens/internal/papers/neubauer2022/trueOrigins";
import { jetLayout, layoutWidth } from "phaselens/internal/taggers/jetInputs";

/** Slots of tracks, in the order of the sample, by falling Sip2dSig, as in the notebooks. */
export const SLOTS = 20;
/** H → bb̄ test jets whose tracks are explained. */
const EXPLAINED = 80;

/** @typedef {import("phaselens").taggers.JetInputs} JetInputs */

const kept = {};
/** Training and test jets, and those of the test jets that are explained; made once. */
export const studiedJets = (sizes = { training: 3000, test: 1000 }) =>
  (kept[JSON.stringify(sizes)] ??= makeJets(sizes));

async function makeJets(sizes) {
  const [training, test] = await Promise.all(
    ["training", "test"].map((set) => papers.neubauer2022.data({ set, jets: sizes[set] })),
  );
  const all = papers.neubauer2022.taggedJets({ training, test });
  const sets = Object.fromEntries(Object.entries(all).map(([name, one]) => [name, read(one)]));
  const rows = sets.test.signal.flatMap((is, n) => (is ? [n] : [])).slice(0, EXPLAINED);
  return { ...sets, explained: explainedJets(sets.test, all.test.raw, rows) };
}

/** What taggers read of a set, and its truth. */
const read = ({ inputs, target, signal, sample }) => ({
  inputs: firstSlots(inputs),
  target,
  signal,
  truth: sample.truth,
  origin: sample.trackOrigin,
});

/** Jets without their tracks from slot `SLOTS` on. */
export function firstSlots({ x, layout }, slots = SLOTS) {
  const { tracks, vertices, features, scale } = layout;
  const short = jetLayout(features, slots, vertices.objects);
  const n = x.shape[0];
  const out = core.tensor([n, layoutWidth(short)]);
  for (let jet = 0; jet < n; jet++) {
    const [from, to] = [core.row(x, jet), core.row(out, jet)];
    for (let f = 0; f < tracks.features; f++)
      to.set(from.subarray(f * tracks.objects, f * tracks.objects + slots), f * slots);
    to.set(from.subarray(vertices.start), short.vertices.start);
  }
  return { x: out, layout: { ...short, ...(scale && { scale }) } };
}

/** The jets of these rows: their tracks, which come from b and c decays, and what they are like. */
function explainedJets({ inputs, origin }, raw, rows) {
  const all = origin.length / inputs.x.shape[0];
  const own = Int32Array.from(
    rows.flatMap((row) => Array.from(origin.subarray(row * all, row * all + SLOTS))),
  );
  const there = rows.map((_, jet) => slotsThere(own, jet, SLOTS));
  const feature = (name) => {
    const row = raw.layout.features.tracks.indexOf(name);
    return (jet, slot) => core.row(raw.x, rows[jet])[row * all + slot];
  };
  const [sip, momentum] = ["trackBTag_Sip3dSig", "track_ptrel"].map(feature);
  const each = (value) => there.map((slots, jet) => slots.map((slot) => value(jet, slot)));
  return {
    inputs: { x: core.takeRows(inputs.x, rows), layout: inputs.layout },
    there,
    heavy: each((jet, slot) => isHeavy(own[jet * SLOTS + slot])),
    // what a track is like that needs no tagger to say so, for each jet and track
    simple: {
      slot: each((_, slot) => -slot),
      sip: each((jet, slot) => Math.abs(sip(jet, slot))),
      momentum: each(momentum),
    },
  };
}

/**
 * Jets without some of their tracks, which become empty slots: what networks of sets mask, of which
 * trees make no summary, and rows of zeros for interaction networks, as in the letter.
 * @param {JetInputs} inputs  @param {number[][]} slots  to be emptied, of each jet
 * @returns {JetInputs}
 */
export function withoutTracks({ x, layout }, slots) {
  const out = core.tensor(x.shape, x.data.slice());
  const { features, objects } = layout.tracks;
  slots.forEach((gone, jet) => {
    const values = core.row(out, jet);
    for (const slot of gone) for (let f = 0; f < features; f++) values[f * objects + slot] = 0;
  });
  return { x: out, layout };
}
