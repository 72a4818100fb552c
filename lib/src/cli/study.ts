import { existsSync } from "node:fs";
import { ConfigError } from "../core/errors.js";
import { isDiskError } from "../generate/onDisk.js";
import { piecesOfShard } from "../generate/pieces.js";
import { planStudy, type PlannedStudy } from "../generate/study/planStudy.js";
import { runStudy, studySpecs, type StudyResult } from "../generate/study/runStudy.js";
import { studySeconds } from "../generate/study/studySeconds.js";
import { readStudyManifest, type StudyManifest } from "../generate/study/studyManifest.js";
import { aboutSeconds } from "../hessian/curvature/estimate.js";
import type { StudiedProblem } from "../hessian/study/prepareRemovals.js";
import { inspectStudyFile } from "../hessian/study/studyFile.js";
import { studySets, studyStem } from "../hessian/study/studyFormat.js";
import {
  countOption,
  describeOptions,
  readArguments,
  UsageError,
  type Command,
  type Options,
} from "./command.js";
import { curvatureOption } from "./curvatureOption.js";
import { jobsOption, readShard, shardOption } from "./shardOption.js";
import { shownJson, shownLines } from "./print.js";
import { progressLog } from "./progressLog.js";
import { asWrongCall } from "./asWrongCall.js";
import { readProblem, samplesOf } from "./readProblem.js";

const options = {
  out: {
    type: "string",
    value: "folder",
    help: "where the files go (default: studies/<name of the manifest>)",
    completes: "folder",
  },
  shard: shardOption,
  jobs: jobsOption,
  plan: {
    type: "boolean",
    help: "print what would be made, about how long it takes and what is there, and end",
  },
  json: { type: "boolean", help: "print the result as JSON on standard output" },
} as const satisfies Options;

const usage = `Usage: phaselens study <manifest> [options]

Takes training points away from a model, trains it anew without them, on bootstrap samples or from other seeds, as a
manifest asks ("kind": "study"): one .npy with the parameters and one .json with what they are of for each. What is
there and sound is kept, what is damaged or of other data is made again, and an interrupted run goes on where it
stopped: run the same command again. phaselens audit --study reads the removals in place of its own.

${describeOptions(options)}

Example:
  phaselens study study.json --plan
  phaselens study study.json --out study --jobs 2
  phaselens audit --model model.json --train x.npy --train-target y.npy --study study

On a cluster, after all parts (--shard i/N) have run: phaselens merge --out <folder>
Exit codes: 0 complete, 1 something could not be made, 2 called wrongly.`;

/** The problem that a manifest names, by the reader of the other commands. */
async function studiedProblem(manifest: StudyManifest): Promise<StudiedProblem> {
  const named = Object.entries(manifest.problem).map(([name, value]) => [name, String(value)]);
  const values = { ...Object.fromEntries(named), seed: String(Math.abs(manifest.seed)) } as Record<
    string,
    string
  >;
  const { model, loss, l2, convention, damping, training } = await readProblem(values);
  return {
    network: model.network,
    theta: model.theta,
    training: samplesOf(training!),
    options: { loss, l2, ...(convention !== "loss" && { convention }) },
    ...(damping !== undefined && { damping }),
    ...curvatureOption(values),
  };
}

/** "16 removals, 50 bootstraps" */
const countsOf = (pieces: readonly PlannedStudy[]): string =>
  studySets
    .map((set) => ({ set, count: pieces.filter((piece) => piece.set === set).length }))
    .filter(({ count }) => count > 0)
    .map(({ set, count }) => `${count} ${count === 1 ? set.slice(0, -1) : set}`)
    .join(", ");

async function printPlan(
  manifest: StudyManifest,
  pieces: readonly PlannedStudy[],
  out: string,
  json: boolean,
): Promise<void> {
  const problem = await studiedProblem(manifest);
  const specs = studySpecs(manifest, problem);
  const wanted = new Set(pieces.map(studyStem));
  const asked = specs.filter((spec) => wanted.has(studyStem(spec)));
  const there = existsSync(out)
    ? asked.filter((spec) => inspectStudyFile(`${out}/${studyStem(spec)}`, spec).state === "valid")
    : [];
  const seconds = await asWrongCall(() => studySeconds(manifest, problem, asked));
  if (json) {
    const stems = asked.map(studyStem);
    console.log(shownJson({ pieces: stems, there: there.map(studyStem), seconds }));
    return;
  }
  const done = there.length > 0 ? `, ${there.length} of ${asked.length} are there` : "";
  console.log(`${manifest.name}: ${countsOf(asked)}; ${aboutSeconds(seconds)} on one core${done}`);
}

/** What a run did, in words. */
function summary(
  { made, skipped, redone, failed, merged, seconds }: StudyResult,
  out: string,
): string {
  const parts = [
    `${made.length} made`,
    `${skipped.length} found`,
    ...(redone.length > 0 ? [`${redone.length} had been damaged or of other data`] : []),
    ...(failed.length > 0 ? [`${failed.length} FAILED`] : []),
  ];
  return [
    ...failed.map(({ stem, reason }) => `${stem}: failed. ${reason}`),
    ...(merged?.missing ?? []).map((stem) => `${stem}: was made and is gone. Run it again.`),
    ...(merged?.corrupt ?? []).map(({ stem, reason }) => `${stem}: ${reason}. Run it again.`),
    `${out}: ${parts.join(", ")} in ${seconds.toFixed(1)} s`,
  ].join("\n");
}

async function run(argv: readonly string[]): Promise<number> {
  const { values, operands } = readArguments(argv, options, 1);
  const [path] = operands;
  if (path === undefined) throw new UsageError("the manifest is missing.");
  const shard = readShard(values.shard);
  const jobs = countOption(values.jobs, "jobs", 1);
  const manifest = await asWrongCall(() => readStudyManifest(path));
  const all = await asWrongCall(() => planStudy(manifest, path));
  const out = values.out ?? `studies/${manifest.name}`;
  if (values.plan) {
    await printPlan(manifest, shard ? piecesOfShard(all, shard) : all, out, values.json ?? false);
    return 0;
  }
  const problem = await studiedProblem(manifest);
  const log = progressLog(`${manifest.name}${shard ? ` ${shard.index}/${shard.count}` : ""}`);
  try {
    const result = await runStudy(manifest, problem, {
      out,
      shard,
      jobs,
      onDone: log.progress,
      onNotice: log.notice,
    });
    log.end();
    console.log(values.json ? shownJson({ out, ...result }) : shownLines(summary(result, out)));
    const { failed, merged } = result;
    const lost = (merged?.missing.length ?? 0) + (merged?.corrupt.length ?? 0);
    return failed.length + lost === 0 ? 0 : 1;
  } catch (error) {
    log.end();
    // a folder of another manifest is a wrong call; a full disk is not
    if (error instanceof ConfigError && !isDiskError(error))
      throw new UsageError(error.message, error.details);
    throw error;
  }
}

/** `phaselens study` */
export const studyCommand: Command = {
  options,
  operand: { name: "manifest", completes: "file" },
  usage,
  run,
};
