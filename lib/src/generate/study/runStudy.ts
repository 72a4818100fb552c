import { join } from "node:path";
import { withoutNative } from "../../core/native/blas.js";
import { longRun } from "../../core/tasks/longRun.js";
import { parallelMap } from "../../core/tasks/parallel.js";
import { describedProblem } from "../../hessian/removal/describedProblem.js";
import {
  prepareRemovals,
  type PreparedRemovals,
  type StudiedProblem,
} from "../../hessian/study/prepareRemovals.js";
import { problemPrint } from "../../hessian/study/problemPrint.js";
import { inspectStudyFile } from "../../hessian/study/studyFile.js";
import { studyStem, type StudySpec } from "../../hessian/study/studyFormat.js";
import { describeNetwork } from "../../nn/network/description.js";
import { describeLoss } from "../../nn/losses/lossTypes.js";
import { bareSamples } from "../../nn/losses/weighed.js";
import { onDisk } from "../onDisk.js";
import type { GenerateOptions, GenerateResult } from "../generate.js";
import { piecesOfShard } from "../pieces.js";
import { mergeStudy, type StudyMerge } from "./mergeStudy.js";
import { planStudy } from "./planStudy.js";
import { claimStudy, removeStudyCheckpoint } from "./studyFiles.js";
import type { StudyManifest } from "./studyManifest.js";
import {
  runStudyPiece,
  type SharedStudy,
  type StudyTask,
  type StudyTaskResult,
} from "./runStudyPiece.js";

/** Options of `runStudy`: those of `generate` that a study has. */
export type StudyOptions = Pick<
  GenerateOptions,
  "out" | "shard" | "jobs" | "signal" | "onDone" | "onNotice"
>;

/** What a run did, by the pieces' stems. */
export interface StudyResult extends Pick<
  GenerateResult,
  "made" | "skipped" | "redone" | "failed" | "seconds"
> {
  /** Undefined for a shard, and where something failed. */
  readonly merged: StudyMerge | undefined;
}

/** The pieces of a manifest, as specifications of this problem. */
export function studySpecs(manifest: StudyManifest, problem: StudiedProblem): StudySpec[] {
  const { network, theta, training, options } = problem;
  const [own, anew] = [theta, undefined].map((one) =>
    problemPrint(network, one, training, options),
  );
  return planStudy(manifest).map((piece) => ({
    ...piece,
    // networks from scratch know nothing of θ̃
    problem: piece.set === "seeds" ? anew : own,
  }));
}

/**
 * Makes what a manifest asks for: θ after θ, each a function of manifest and data alone, whatever
 * the number of workers, shards and interruptions. What is there and sound is kept, what is damaged
 * or of other data is made again.
 * @throws ConfigError for points that there are not, a shard out of range, a folder of another
 *   manifest, or a disk that refuses
 */
export function runStudy(
  manifest: StudyManifest,
  problem: StudiedProblem,
  options: StudyOptions,
): Promise<StudyResult> {
  return withoutNative(() => madeStudy(manifest, problem, options)); // its bytes are promised
}

async function madeStudy(
  manifest: StudyManifest,
  problem: StudiedProblem,
  { out, shard, jobs, signal, onDone, onNotice }: StudyOptions,
): Promise<StudyResult> {
  const begun = performance.now();
  const all = studySpecs(manifest, problem);
  const specs = shard ? piecesOfShard(all, shard) : all;
  claimStudy(out, manifest);
  const pending: StudySpec[] = [];
  const skipped: string[] = [];
  const redone: { stem: string; reason: string }[] = [];
  for (const spec of specs) {
    const stem = studyStem(spec);
    const found = onDisk(join(out, stem), () => inspectStudyFile(join(out, stem), spec));
    if (found.state === "valid") {
      skipped.push(stem);
      removeStudyCheckpoint(out, spec);
      continue;
    }
    pending.push(spec);
    if (found.state === "corrupt") {
      redone.push({ stem, reason: found.reason });
      onNotice?.(`${stem}: ${found.reason}; it is made again.`);
    }
  }
  const prepared = await preparedFor(manifest, problem, pending, signal);
  const tasks = pending.map((spec): StudyTask => {
    const removed = spec.set === "removals" || spec.set === "retrainings";
    return removed ? { spec, rows: prepared!.groups[spec.index] } : { spec };
  });
  const results = await runTasks(tasks, shared(manifest, problem, prepared, out), prepared, {
    jobs,
    signal,
    onDone: onDone && timedFrom(skipped.length, specs.length, onDone),
  });
  for (const { stem, fault } of results)
    if (fault) onNotice?.(`${stem}: ${fault}; it was made from the beginning.`);
  const failed = results.flatMap(({ stem, failure }) =>
    failure === undefined ? [] : [{ stem, reason: failure }],
  );
  return {
    made: results.filter(({ failure }) => failure === undefined).map(({ stem }) => stem),
    skipped,
    redone,
    failed,
    merged: !shard && failed.length === 0 ? mergeStudy(out) : undefined,
    seconds: (performance.now() - begun) / 1000,
  };
}

function preparedFor(
  { removals, seed }: StudyManifest,
  problem: StudiedProblem,
  pending: readonly StudySpec[],
  signal: AbortSignal | undefined,
): Promise<PreparedRemovals | undefined> {
  if (!removals || !pending.some(({ set }) => set === "removals" || set === "retrainings"))
    return Promise.resolve(undefined);
  const asked = removals.groups
    ? { groups: removals.groups }
    : { points: removals.points!, draw: removals.draw ?? "self-influence", seed };
  return longRun("study", { signal, onDone: () => {} }, (run) =>
    prepareRemovals(problem, asked, run),
  );
}

function shared(
  { training }: StudyManifest,
  { network, theta, training: samples, options }: StudiedProblem,
  prepared: PreparedRemovals | undefined,
  folder: string,
): SharedStudy {
  return {
    folder,
    network: describeNetwork(network),
    theta,
    samples: bareSamples(samples),
    loss: describeLoss(options.loss),
    l2: options.l2 ?? 0,
    training,
    removals: prepared && describedProblem(prepared.problem),
    search: prepared?.search ?? {},
    lambda: prepared?.lambda ?? 0,
  };
}

/** The longest first: a training takes longer than a removal, as a rule. */
async function runTasks(
  tasks: readonly StudyTask[],
  all: SharedStudy,
  prepared: PreparedRemovals | undefined,
  options: Pick<StudyOptions, "jobs" | "signal"> & { onDone?: (done: number) => void },
): Promise<StudyTaskResult[]> {
  const removals = tasks.some(({ spec }) => spec.set === "removals");
  const here = removals && prepared !== undefined && all.removals === undefined;
  const compute = (task: StudyTask, own: SharedStudy): Promise<StudyTaskResult> =>
    runStudyPiece(task, own, here ? prepared.problem : undefined);
  const order = ["retrainings", "seeds", "bootstraps", "removals"];
  const sorted = [...tasks].sort(
    (one, other) => order.indexOf(one.spec.set) - order.indexOf(other.spec.set),
  );
  return parallelMap<StudyTask, StudyTaskResult>(
    { module: new URL("./runStudyPiece.js", import.meta.url), name: "runStudyPiece", compute },
    sorted,
    { label: "study", ...options, shared: all, ...(here && { jobs: 1 }) },
  );
}

/** Tells how many are done of all, and about how long the rest takes. */
function timedFrom(
  skipped: number,
  total: number,
  onDone: NonNullable<StudyOptions["onDone"]>,
): (done: number) => void {
  const started = performance.now();
  onDone(skipped, total, undefined);
  return (done) => {
    const each = (performance.now() - started) / 1000 / done;
    onDone(skipped + done, total, each * (total - skipped - done));
  };
}
