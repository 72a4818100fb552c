import { ConfigError, PhaselensError } from "../core/errors.js";
import { readAnyManifest, type AnyManifest } from "../generate/anyManifest.js";
import { planAnyPieces, type AnyPiece } from "../generate/anyPieces.js";
import { generate, type GenerateResult } from "../generate/generate.js";
import type { MergeResult } from "../generate/mergePieces.js";
import { isJetsPiece } from "../generate/jetsPieces.js";
import { isDiskError } from "../generate/onDisk.js";
import { piecesOfShard, trajectoriesOf, type Piece } from "../generate/pieces.js";
import { jetRow } from "../physics/jets/jetRow.js";
import {
  describeOptions,
  numberOption,
  readOptions,
  UsageError,
  type Command,
  type Options,
} from "./command.js";
import { flagLines } from "./flagLines.js";
import { shownJson } from "./print.js";
import { jobsOption, readShard, shardOption } from "./shardOption.js";
import { progressLog } from "./progressLog.js";

const options = {
  manifest: { type: "string", value: "file", help: "the manifest, JSON", completes: "file" },
  out: {
    type: "string",
    value: "folder",
    help: "where the files go (default: generated/<name of the manifest>)",
    completes: "folder",
  },
  shard: shardOption,
  jobs: jobsOption,
  checkpoint: {
    type: "string",
    value: "s",
    help: "seconds from one checkpoint of an ensemble to the next (default: 10)",
  },
  plan: { type: "boolean", help: "print what would be made and end" },
  json: { type: "boolean", help: "print the result as JSON on standard output" },
} as const satisfies Options;

const usage = `Usage: phaselens generate --manifest <file> [options]

Makes what a manifest names, one .npy (readable by numpy) and one .json with its provenance for each part: lattice
ensembles, a file for each hopping parameter and set, or jets ("kind": "jets"), a file for each thousand or so. What
is there and sound is kept, what is damaged is made again, and an interrupted run goes on where it stopped: run the
same command again.

${describeOptions(options)}

Example:
  phaselens generate --manifest data/bluecher2020-quick.json --out generated/quick --jobs 2
  phaselens generate --manifest data/neubauer2022-quick.json

On a cluster, after all parts have run: phaselens merge --out <folder>
Exit codes: 0 complete, 1 something could not be made, 2 called wrongly.`;

/** The manifest and its pieces; whatever is wrong with them is a wrong call. */
function readPlan(path: string): { manifest: AnyManifest; pieces: AnyPiece[] } {
  try {
    const manifest = readAnyManifest(path);
    return { manifest, pieces: planAnyPieces(manifest, path) };
  } catch (error) {
    if (error instanceof PhaselensError) throw new UsageError(error.message, error.details);
    throw error;
  }
}

function printPlan(manifest: AnyManifest, pieces: readonly AnyPiece[], json: boolean): void {
  const stems = pieces.map(({ stem }) => stem);
  let bytes: number;
  let counts: Record<string, number>;
  if (manifest.kind === "jets") {
    const jets = pieces.reduce((sum, piece) => sum + (isJetsPiece(piece) ? piece.spec.jets : 0), 0);
    bytes = 4 * jets * jetRow.length;
    counts = { jets };
  } else {
    const ensembles = pieces.filter((piece): piece is Piece => !isJetsPiece(piece));
    const trajectories = ensembles.reduce((sum, piece) => sum + trajectoriesOf(piece), 0);
    const configurations = ensembles.reduce((sum, { spec }) => sum + spec.configurations, 0);
    const sites = manifest.lattice.reduce((product, extent) => product * extent, 1);
    bytes = configurations * sites * (manifest.dtype === "f8" ? 8 : 4);
    counts = { configurations, trajectories };
  }
  if (json) console.log(shownJson({ pieces: stems, ...counts, bytes }));
  else {
    const parts = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
    const what = manifest.kind === "jets" ? "files" : "ensembles";
    console.log(
      `${manifest.name}: ${[`${pieces.length} ${what}`, ...parts].join(", ")}, ${(bytes / 1e6).toFixed(1)} MB`,
    );
  }
}

/** Pieces that were made, or found sound, and are not there at the end. */
const lost = (merged: MergeResult | undefined): readonly { stem: string; reason: string }[] =>
  merged === undefined
    ? []
    : [
        ...merged.missing.map((stem) => ({ stem, reason: "was made and is gone" })),
        ...merged.corrupt.map(({ stem, reason }) => ({ stem, reason: `was made; ${reason}` })),
      ];

/** What a run did, in words. */
function summary(result: GenerateResult, out: string): string {
  const { made, resumed, skipped, redone, failed, flagged, merged, seconds } = result;
  const parts = [
    `${made.length} made${resumed.length > 0 ? ` (${resumed.length} resumed)` : ""}`,
    `${skipped.length} found`,
    ...(redone.length > 0 ? [`${redone.length} had been damaged`] : []),
    ...(failed.length > 0 ? [`${failed.length} FAILED`] : []),
  ];
  const lines = [
    ...flagLines(flagged),
    ...failed.map(({ stem, reason }) => `${stem}: failed. ${reason}`),
    ...lost(merged).map(({ stem, reason }) => `${stem}: ${reason}. Run it again.`),
    `${out}: ${parts.join(", ")} in ${seconds.toFixed(1)} s`,
  ];
  return lines.join("\n");
}

async function run(argv: readonly string[]): Promise<number> {
  const values = readOptions(argv, options);
  if (values.manifest === undefined) throw new UsageError("--manifest is missing.");
  const shard = readShard(values.shard);
  const jobs = numberOption(
    values.jobs,
    "jobs",
    (value) => Number.isInteger(value) && value >= 1,
    "a whole number of at least 1",
  );
  const checkpointSeconds = numberOption(
    values.checkpoint,
    "checkpoint",
    (value) => value >= 0,
    "a number of seconds",
  );
  const { manifest, pieces } = readPlan(values.manifest);
  if (values.plan) {
    printPlan(manifest, shard ? piecesOfShard(pieces, shard) : pieces, values.json ?? false);
    return 0;
  }
  const out = values.out ?? `generated/${manifest.name}`;
  const log = progressLog(`${manifest.name}${shard ? ` ${shard.index}/${shard.count}` : ""}`);
  try {
    const result = await generate(manifest, {
      out,
      shard,
      jobs,
      checkpointSeconds,
      onDone: log.progress,
      onNotice: log.notice,
    });
    log.end();
    if (values.json) console.log(shownJson({ out, ...result }));
    else console.log(summary(result, out));
    return result.failed.length + lost(result.merged).length === 0 ? 0 : 1;
  } catch (error) {
    log.end();
    if (values.json) console.log(shownJson({ out, error: (error as Error).message }));
    // a folder of another manifest is a wrong call; a full disk is not
    if (error instanceof ConfigError && !isDiskError(error))
      throw new UsageError(error.message, error.details);
    throw error;
  }
}

/** `phaselens generate` */
export const generateCommand: Command = {
  options,
  usage,
  run,
};
