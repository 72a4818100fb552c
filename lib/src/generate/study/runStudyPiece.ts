import { withoutNative } from "../../core/native/blas.js";
import { InterruptedError, PhaselensError } from "../../core/errors.js";
import { makeRng } from "../../core/random/rng.js";
import { norm } from "../../core/tensor.js";
import { onceFor } from "../../core/tasks/onceFor.js";
import {
  problemOfDescription,
  type DescribedProblem,
} from "../../hessian/removal/describedProblem.js";
import {
  preparedResponses,
  type ProximalOptions,
  type ProximalProblem,
} from "../../hessian/removal/proximalResponse.js";
import { countsOfBootstrap } from "../../hessian/resampling/bootstrap.js";
import { studyStem, type StudySpec } from "../../hessian/study/studyFormat.js";
import { networkFrom, type NetworkDescription } from "../../nn/network/description.js";
import type { LossSpec } from "../../nn/losses/loss.js";
import { lossFrom } from "../../nn/losses/lossTypes.js";
import type { Samples } from "../../nn/losses/risk.js";
import { trainedRun, type TrainingRun } from "../../nn/training/trainMany.js";
import type { TrainResult } from "../../nn/training/trainOptions.js";
import { isDiskError } from "../onDisk.js";
import { removeStudyCheckpoint, studyCheckpoint, writeStudyPiece } from "./studyFiles.js";
import type { StudyTraining } from "./studyManifest.js";
import { trainingOptions } from "./trainingOptions.js";

/** One piece to be made. */
export interface StudyTask {
  readonly spec: StudySpec;
  /** Of removals and retrainings. */
  readonly rows?: readonly number[];
}

/** What all pieces of a run need, as plain data. */
export interface SharedStudy {
  readonly folder: string;
  readonly network: NetworkDescription;
  readonly theta: Float64Array;
  readonly samples: Samples;
  readonly loss: LossSpec;
  readonly l2: number;
  readonly training: StudyTraining | undefined;
  /** Undefined where nothing is removed, or what solves cannot leave its thread. */
  readonly removals: DescribedProblem | undefined;
  readonly search: ProximalOptions;
  readonly lambda: number;
}

/** What came of one. */
export interface StudyTaskResult {
  readonly stem: string;
  /** Why what an interrupted run had left was not used. */
  readonly fault?: string;
  /** Why there is no θ; other pieces are not affected. */
  readonly failure?: string;
}

/** Epochs of a training between two states of it: a few dozen in all. */
const STATES = 25;

/**
 * Makes one piece and writes it; a task for `parallelMap`. A training that fails is a result; a
 * disk that refuses ends the run.
 * @param problem  where removals are made of what cannot leave the caller's thread
 */
export function runStudyPiece(
  task: StudyTask,
  shared: SharedStudy,
  problem?: ProximalProblem,
): Promise<StudyTaskResult> {
  return withoutNative(() => makePiece(task, shared, problem)); // its bytes are promised
}

async function makePiece(
  task: StudyTask,
  shared: SharedStudy,
  problem: ProximalProblem | undefined,
): Promise<StudyTaskResult> {
  const stem = studyStem(task.spec);
  try {
    if (task.spec.set === "removals") {
      remove(task, shared, problem);
      return { stem };
    }
    return { stem, fault: await trainPiece(task, shared) };
  } catch (error) {
    if (!(error instanceof PhaselensError) || error instanceof InterruptedError) throw error;
    if (isDiskError(error)) throw error;
    return { stem, failure: error.message };
  }
}

const respondHere = onceFor((problem: ProximalProblem) => searching(problem));
const respondThere = onceFor((described: DescribedProblem) =>
  searching(problemOfDescription(described)),
);
/** The search is one for all pieces of a run. */
const searching = (problem: ProximalProblem) => {
  let respond: ReturnType<typeof preparedResponses> | undefined;
  return (rows: readonly number[], search: ProximalOptions) =>
    (respond ??= preparedResponses(problem, search))(rows);
};

function remove(
  { spec, rows }: StudyTask,
  { folder, removals, search, lambda }: SharedStudy,
  problem: ProximalProblem | undefined,
): void {
  const { theta } = problem ?? removals!;
  const respond = problem ? respondHere(problem) : respondThere(removals!);
  const { step, ...facts } = respond(rows!, search);
  const moved = theta.map((value, p) => value + step[p]);
  const report = { rows, lambda, facts: { ...facts, length: norm(step) } };
  writeStudyPiece(folder, spec, moved, report);
}

const builtOf = onceFor(({ network, loss }: SharedStudy) => ({
  network: networkFrom(network),
  loss: lossFrom(loss),
}));

/** @returns why what an interrupted run had left was not used */
async function trainPiece(
  { spec, rows }: StudyTask,
  shared: SharedStudy,
): Promise<string | undefined> {
  const { folder, samples, l2, training } = shared;
  const { network, loss } = builtOf(shared);
  const options = await trainingOptions(training!, { loss, l2 });
  const run = runOf(spec, rows, shared);
  const epochs = run.epochs ?? options.epochs ?? STATES;
  const checkpoint = {
    path: studyCheckpoint(folder, spec),
    every: Math.max(1, Math.ceil(epochs / STATES)),
  };
  const trained = (): TrainResult => trainedRun(network, samples, options, run, checkpoint);
  let fault: string | undefined;
  let result: TrainResult;
  try {
    result = trained();
  } catch (error) {
    // the state of other data or options, or a damaged one
    const unfit = error instanceof PhaselensError && error.message.includes(checkpoint.path);
    if (!unfit || isDiskError(error)) throw error;
    fault = "what an interrupted run had left is damaged or of other settings";
    removeStudyCheckpoint(folder, spec);
    result = trained();
  }
  writeStudyPiece(folder, spec, result.theta, { rows, loss: result.loss });
  return fault;
}

function runOf(
  { set, index, seed, settings }: StudySpec,
  rows: readonly number[] | undefined,
  { samples, theta }: SharedStudy,
): TrainingRun {
  const n = samples.x.shape[0];
  if (set === "retrainings") {
    const gone = new Set(rows);
    return { seed, counts: Int32Array.from({ length: n }, (_, r) => (gone.has(r) ? 0 : 1)) };
  }
  if (set === "seeds") return { seed };
  const { start, epochs } = settings as { start: "original" | "scratch"; epochs?: number };
  const weights = samples.weights;
  const counts = countsOfBootstrap(n, index, makeRng(seed, "resampling"), weights);
  return start === "original"
    ? { seed, counts, theta, stopAt: null, epochs: epochs ?? 1 }
    : { seed, counts, epochs };
}
