import { mergePieces, type MergeResult } from "../generate/mergePieces.js";
import { isStudyFolder, mergeStudy, type StudyMerge } from "../generate/study/mergeStudy.js";
import {
  describeOptions,
  readOptions,
  UsageError,
  type Command,
  type Options,
  type OptionValues,
} from "./command.js";
import { flagLines } from "./flagLines.js";
import { shownJson, shownLines } from "./print.js";

const options = {
  out: {
    type: "string",
    value: "folder",
    help: "where generate or study put the files",
    completes: "folder",
  },
  json: { type: "boolean", help: "print the result as JSON on standard output" },
} as const satisfies Options;

const usage = `Usage: phaselens merge --out <folder> [--json]

Checks every file that phaselens generate or study made in a folder, byte by byte against its hash, and writes
index.json if all are there and sound. The last step after running all shards. What the reports of
ensembles complain of is printed as well: such files are whole, but their numbers may not be what
was wanted.

${describeOptions(options)}

Example:
  phaselens merge --out generated/bluecher2020-paper

Exit codes: 0 complete, 1 something is missing or damaged, 2 called wrongly.`;

async function run(argv: readonly string[]): Promise<number> {
  const values = readOptions(argv, options);
  if (values.out === undefined) throw new UsageError("--out is missing.");
  if (isStudyFolder(values.out))
    return told(values, mergeStudy(values.out), "pieces of a study", []);
  const { index, missing, corrupt } = mergePieces(values.out);
  const flagged = (index?.pieces ?? [])
    .filter(({ flags }) => flags.length > 0)
    .map(({ file, flags }) => ({ stem: file.replace(/\.npy$/, ""), flags }));
  const what = index?.pieces.some((piece) => "jets" in piece) ? "files of jets" : "ensembles";
  return told(values, { index, missing, corrupt }, what, flagged);
}

/** Says what was found. @returns exit code */
function told(
  { out, json }: OptionValues<typeof options>,
  { index, missing, corrupt }: MergeResult | StudyMerge,
  what: string,
  flagged: readonly { readonly stem: string; readonly flags: readonly string[] }[],
): number {
  if (json) {
    const complete = index !== undefined;
    console.log(shownJson({ out, complete, missing, corrupt, flagged }));
  }
  for (const { stem, reason } of corrupt) console.error(`${stem}: ${reason}.`);
  for (const stem of missing) console.error(`${stem}: is missing.`);
  if (!index) {
    const command = what === "pieces of a study" ? "study" : "generate";
    console.error(
      `${out}: ${missing.length} missing, ${corrupt.length} damaged. Run phaselens ${command} again, then merge.`,
    );
    return 1;
  }
  if (!json) {
    for (const line of flagLines(flagged)) console.log(shownLines(line));
    const complaints = flagged.length > 0 ? `; the reports of ${flagged.length} complain` : "";
    console.log(`${out}/index.json: ${index.pieces.length} ${what}, all sound${complaints}`);
  }
  return 0;
}

/** `phaselens merge` */
export const mergeCommand: Command = {
  options,
  usage,
  run,
};
