import { ConfigError } from "../../core/errors.js";
import { trackOrigins, type JetSample } from "../../physics/jets/jetSample.js";
import type { JetKind } from "../../taggers/jetInputs.js";
import type { MeasuredJets } from "./taggedJets.js";

/** Whether an origin, of a track or a vertex, is a b or c decay. */
export const isHeavy = (origin: number): boolean => /^[bc]/.test(trackOrigins[origin]);

/**
 * Origins of the first slots of some jets, [rows, slots], 0 for padding; see `trackOrigins` of
 * physics.
 */
export function trueOrigins(
  sample: MeasuredJets & Partial<JetSample>,
  kind: JetKind,
  rows: readonly number[],
  slots: number,
): Int32Array {
  const origin = kind === "tracks" ? sample.trackOrigin : sample.vertexOrigin;
  if (!origin)
    throw new ConfigError(
      `explained jets: they do not say where their ${kind} come from. Give simulated ones, of neubauer2022.data.`,
    );
  const all = (kind === "tracks" ? sample.x : sample.vertices).shape[2];
  return Int32Array.from(
    rows.flatMap((row) => Array.from(origin.subarray(row * all, row * all + slots))),
  );
}

/** Slots of a jet that hold a track. */
export const slotsThere = (origin: Int32Array, jet: number, slots: number): number[] =>
  Array.from({ length: slots }, (_, s) => s).filter((s) => origin[jet * slots + s] > 0);
