import { jetFeatures } from "./jetFeatures.js";

/** Slots of a jet: more tracks or vertices than these are dropped, fewer are followed by zeros. */
export const JET_TRACKS = 60;
export const JET_VERTICES = 5;

/** What is known of a jet as a whole, in the order of its row. */
export const jetTruthNames: readonly JetTruthName[] = [
  "signal",
  "flavour",
  "pt",
  "eta",
  "mass",
  "bottomHadrons",
  "charmHadrons",
  "gluonToBottom",
  "gluonToCharm",
  "tracks",
  "vertices",
];
/** Name of a column of `JetTruth`. */
export type JetTruthName =
  | "signal"
  | "flavour"
  | "pt"
  | "eta"
  | "mass"
  | "bottomHadrons"
  | "charmHadrons"
  | "gluonToBottom"
  | "gluonToCharm"
  | "tracks"
  | "vertices";

type JetPart = "tracks" | "vertices" | "trackOrigin" | "trackFlight" | "vertexOrigin" | "truth";
const lengths: Readonly<Record<JetPart, number>> = {
  tracks: jetFeatures.tracks.length * JET_TRACKS,
  vertices: jetFeatures.vertices.length * JET_VERTICES,
  trackOrigin: JET_TRACKS,
  trackFlight: JET_TRACKS,
  vertexOrigin: JET_VERTICES,
  truth: jetTruthNames.length,
};

/** A part of a row: its first column, and how many follow. */
export interface JetColumns {
  readonly at: number;
  readonly length: number;
}

/**
 * A jet as one row of numbers, the form in which jets are made, cached and written to files: tracks
 * [30, 60], vertices [14, 5], origin and flight of each track [60], origin of each vertex [5], and
 * `jetTruthNames`.
 */
export const jetRow: Readonly<Record<JetPart, JetColumns>> & { readonly length: number } = (() => {
  let at = 0;
  const parts = Object.fromEntries(
    Object.entries(lengths).map(([name, length]) => {
      const columns = { at, length };
      at += length;
      return [name, columns];
    }),
  ) as Record<JetPart, JetColumns>;
  return { ...parts, length: at };
})();
