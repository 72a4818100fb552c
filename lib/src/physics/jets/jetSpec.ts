import { record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";

/**
 * Everything that jets depend on; plain values, so that they can be hashed, sent to a worker and
 * written to a file.
 */
export interface JetSpec {
  /** How many, QCD and H → bb̄ in turn, QCD first. */
  readonly jets: number;
  /** Index of the first, 0 by default; a multiple of 100, the jets of one stream. */
  readonly first?: number;
  readonly seed: number;
  /** Names the stream, so that different sets are independent; e.g. "training". */
  readonly set: string;
  /**
   * "matched", the default: a signal jet has p_T and mass of the QCD jet before it, so that neither
   * separates the classes. "higgs": mass 125 and a p_T of its own from the spectrum.
   */
  readonly signal?: "matched" | "higgs";
}

/**
 * Jets that share a random stream, made one after the other; even, as QCD and signal come in pairs.
 */
export const JET_BLOCK = 100;

/** @throws ConfigError for what cannot be simulated */
export function checkJetSpec(spec: JetSpec, what: string = "simulateJets"): void {
  takes(what, { options: [spec, record()] });
  const { jets, first = 0, seed, set, signal = "matched" } = spec;
  if (!(Number.isSafeInteger(jets) && jets >= 1)) {
    throw new ConfigError(
      `${what}: jets is ${String(jets)}; it must be a whole number of at least 1.`,
      { jets },
    );
  }
  if (!(Number.isSafeInteger(first) && first >= 0 && first % JET_BLOCK === 0)) {
    throw new ConfigError(
      `${what}: first is ${String(first)}; it must be a multiple of ${JET_BLOCK}, 0 or more.`,
      { first },
    );
  }
  if (!Number.isSafeInteger(seed)) {
    throw new ConfigError(
      `${what}: the seed is ${String(seed)}; it must be an integer of magnitude below 2^53.`,
      { seed },
    );
  }
  if (typeof set !== "string" || !/^[^/]+$/.test(set)) {
    throw new ConfigError(
      `${what}: the set is ${JSON.stringify(set)}; it must be a text without a slash, e.g. "training".`,
      { set },
    );
  }
  if (signal !== "matched" && signal !== "higgs") {
    throw new ConfigError(
      `${what}: unknown signal ${JSON.stringify(signal)}. Use "matched" or "higgs".`,
      { signal },
    );
  }
}
