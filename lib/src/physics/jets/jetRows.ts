import type { ParallelTask } from "../../core/tasks/parallel.js";
import { makeRng } from "../../core/random/rng.js";
import { jetEvent } from "./jetEvent.js";
import { jetRow } from "./jetRow.js";
import { checkJetSpec, JET_BLOCK, type JetSpec } from "./jetSpec.js";

/**
 * To be raised whenever the same spec gives other jets: what was cached or written before is then
 * made anew. 2 since powers are our own (`power`): one number of 10⁷ has another last digit.
 */
export const JET_VERSION = 2;

/**
 * Jets as rows [jets, `jetRow.length`] of single precision; a task for `parallelMap`. Jet i is a
 * function of (seed, set, signal, i) alone: blocks of 100 draw from the stream
 * `jets/<set>/<block>`, so neither the number of jets nor how they are split among workers changes
 * any.
 * @throws ConfigError as `checkJetSpec`
 */
export function jetRows(spec: JetSpec): Float32Array {
  checkJetSpec(spec);
  const { jets, first = 0, seed, set, signal = "matched" } = spec;
  const rows = new Float32Array(jets * jetRow.length);
  // of the signal of a pair that is not wanted any more
  const spare = new Float32Array(jetRow.length);
  const event = jetEvent();
  for (let start = 0; start < jets; start += JET_BLOCK) {
    const rng = makeRng(seed, `jets/${set}/${(first + start) / JET_BLOCK}`);
    const end = Math.min(start + JET_BLOCK, jets);
    for (let n = start; n < end; n += 2) {
      const qcd = rows.subarray(n * jetRow.length, (n + 1) * jetRow.length);
      const other =
        n + 1 < end
          ? rows.subarray((n + 1) * jetRow.length, (n + 2) * jetRow.length)
          : spare.fill(0);
      event.qcd(rng, qcd);
      if (signal === "higgs") event.higgs(rng, other);
      else {
        while (!event.matchedSignal(rng, other)) {
          qcd.fill(0);
          event.qcd(rng, qcd);
        }
      }
    }
  }
  return rows;
}

/** `jetRows` for `parallelMap`. */
export const jetRowsTask: ParallelTask = {
  module: import.meta.url,
  name: "jetRows",
  compute: jetRows,
};
