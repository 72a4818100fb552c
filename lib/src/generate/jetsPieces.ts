import { ConfigError } from "../core/errors.js";
import type { JetSpec } from "../physics/jets/jetSpec.js";
import type { JetsManifest } from "./jetsManifest.js";
import { MOST_PIECES, type Piece } from "./pieces.js";

/** Neighbouring jets of one set, in one file. */
export interface JetsPiece extends Piece<JetSpec> {
  readonly kind: "jets";
}

const JETS_PER_FILE = 1000; // 8 MB, a fraction of a second

export const isJetsPiece = (piece: object): piece is JetsPiece =>
  (piece as { kind?: unknown }).kind === "jets";

/** The files of a manifest, set after set. @throws ConfigError if it names no set */
export function planJets(
  { sets, seed, signal, jetsPerFile = JETS_PER_FILE }: JetsManifest,
  source: string,
): JetsPiece[] {
  const names = Object.keys(sets);
  if (names.length === 0) {
    throw new ConfigError(
      `${source}: sets is empty. Name at least one, e.g. "training": { "jets": 5000 }.`,
      { source },
    );
  }
  const wanted = names.reduce((sum, set) => sum + Math.ceil(sets[set].jets / jetsPerFile), 0);
  if (wanted > MOST_PIECES) {
    throw new ConfigError(
      `${source}: asks for ${wanted} files, at most ${MOST_PIECES} go into one manifest. Raise jetsPerFile, or split it.`,
      { source, wanted },
    );
  }
  return names.flatMap((set) => {
    const { jets } = sets[set];
    const files = Math.ceil(jets / jetsPerFile);
    return Array.from({ length: files }, (_, k): JetsPiece => {
      const first = k * jetsPerFile;
      const number = String(k).padStart(String(files - 1).length, "0"); // so that files sort by it
      const spec = {
        jets: Math.min(jetsPerFile, jets - first),
        first,
        seed,
        set,
        ...(signal === undefined ? {} : { signal }),
      };
      return { kind: "jets", stem: `${set}/${number}_jets${first}`, spec, dtype: "f4" };
    });
  });
}
