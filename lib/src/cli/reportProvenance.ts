import { phaselensVersion } from "../generate/phaselensVersion.js";
import { nativeBlas } from "../core/native/blas.js";
import { fusedArithmetic } from "../core/native/fused.js";
import type { FileFacts, Provenance } from "../report/provenance.js";

/** What was run on what, for the end of a report. */
export function reportProvenance(
  command: string,
  argv: readonly string[],
  seed: number,
  files: readonly FileFacts[],
  begun: number,
): Provenance {
  const quoted = argv.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`,
  );
  return {
    command: ["phaselens", command, ...quoted].join(" "),
    seed,
    phaselens: phaselensVersion,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    blas: nativeBlas()?.name,
    fused: fusedArithmetic(),
    date: new Date().toISOString(),
    seconds: (performance.now() - begun) / 1000,
    files,
  };
}
