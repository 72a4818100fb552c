import { mergePieces } from "../generate/mergePieces.js";
import { readOptions, UsageError, type Command } from "./command.js";

const usage = `Usage: phaselens merge --out <folder> [--json]

Checks every file that phaselens generate made in a folder, byte by byte against its hash, and writes
index.json if all are there and sound. The last step after running all shards.

Example:
  phaselens merge --out generated/bluecher2020-paper

Exit codes: 0 complete, 1 something is missing or damaged, 2 called wrongly.`;

async function run(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, { out: { type: "string" }, json: { type: "boolean" } });
  if (options.out === undefined) throw new UsageError("--out is missing.");
  const { index, missing, corrupt } = mergePieces(options.out);
  if (options.json) console.log(JSON.stringify({ out: options.out, complete: index !== undefined, missing, corrupt }));
  for (const { stem, reason } of corrupt) console.error(`${stem}: ${reason}.`);
  for (const stem of missing) console.error(`${stem}: is missing.`);
  if (!index) {
    console.error(`${options.out}: ${missing.length} missing, ${corrupt.length} damaged. Run phaselens generate again, then merge.`);
    return 1;
  }
  const what = index.pieces.some((piece) => "jets" in piece) ? "files of jets" : "ensembles";
  if (!options.json) console.log(`${options.out}/index.json: ${index.pieces.length} ${what}, all sound`);
  return 0;
}

/** `phaselens merge` */
export const mergeCommand: Command = { summary: "checks what the shards of generate made and writes its index", usage, run };
