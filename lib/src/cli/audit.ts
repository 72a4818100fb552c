import { basename } from "node:path";
import { makeRng } from "../core/random/rng.js";
import { takeRows, type Tensor } from "../core/tensor.js";
import { audit } from "../hessian/audit/audit.js";
import type { AuditReport } from "../hessian/audit/auditReport.js";
import type { Samples } from "../nn/losses/risk.js";
import {
  auditFigures,
  auditJson,
  auditPage,
  type AuditPageInput,
} from "../report/auditReportPage.js";
import { choiceOfCall, curvatureOption } from "./curvatureOption.js";
import { drawCharts } from "../report/charts.js";
import { writeReport } from "../report/writeReport.js";
import {
  countOption,
  describeOptions,
  readOptions,
  UsageError,
  type Command,
  type Options,
} from "./command.js";
import { modelOptions } from "./modelOptions.js";
import { baselineVerdict, isWorse } from "./baseline.js";
import { outFolder } from "./outFolder.js";
import { tellMissing } from "./packages.js";
import { shownJson, shownLines } from "./print.js";
import { asWrongCall } from "./asWrongCall.js";
import { readProblem, samplesOf } from "./readProblem.js";
import { reportProvenance } from "./reportProvenance.js";
import { stepLog } from "./stepLog.js";

const options = {
  ...modelOptions,
  removals: {
    type: "string",
    value: "n",
    help: "training points that are taken away, one by one; 0 for none (default: 16, or 5 without the matrix)",
  },
  study: {
    type: "string",
    value: "folder",
    help: "removals of phaselens study in place of --removals, nothing is computed for them here",
    completes: "folder",
  },
  "exact-limit": {
    type: "string",
    value: "P",
    help: "up to so many parameters the Hessian is a matrix (default: 3000)",
  },
  strict: { type: "boolean", help: "exit code 1 for the verdict caution too" },
  baseline: {
    type: "string",
    value: "file",
    completes: "file",
    help: "an earlier audit.json: exit code 1 only if the verdict is worse than its",
  },
} as const satisfies Options;

const usage = `Usage: phaselens audit --model <file> --train <file> [--data <file>] [options]

Examines whether influence functions of a model can be trusted: whether θ is a minimum of the risk, what the Hessian and the
damping make of it, and whether influence agrees with what happens when training points are really taken away. Writes
audit.json, charts and report.html. The test points are --data with its targets, or some training points without it.

${describeOptions(options)}

Example:
  phaselens audit --model model.json --train train.csv --target-column species --l2 1e-4
  phaselens audit --model model.json --train x.npy --train-target y.npy --data xt.npy --target yt.npy --out audit --strict
  phaselens audit --model tagger.onnx --loss cross-entropy --train jets.npz --train-target y.npy --curvature ekfac

Exit codes: 0 the verdict is pass or caution, 1 it is fail (with --strict also caution; with --baseline worse than there), 2 called
wrongly, 3 the audit itself failed. audit.json is of the schema that comes with the package (phaselens/schemas/audit-1.schema.json).`;

const DEFAULT_OUT = "audit";
/** Training points that stand in for test points. */
const STAND_INS = 20;
/** `audit` correlates no fewer. */
const LEAST_REMOVALS = 5;

async function run(argv: readonly string[]): Promise<number> {
  const begun = performance.now();
  const values = readOptions(argv, options);
  if (values.model !== undefined && values.train === undefined)
    throw new UsageError("--train is missing.");
  if (values.study !== undefined && values.removals !== undefined)
    throw new UsageError("--study has its own removals. Leave --removals out.");
  const asked = values.study === undefined ? countOption(values.removals, "removals", 0) : 0;
  const exactLimit = countOption(values["exact-limit"], "exact-limit", 1) ?? 3000;
  const option = curvatureOption(values);
  const before = baselineVerdict(values.baseline, values.strict);
  const log = stepLog("audit");
  tellMissing([values.data, values.train, values.target, values["train-target"]], false, log);
  const problem = await readProblem(values);
  const {
    model: { network, theta },
    loss,
    l2,
    convention,
    damping,
    seed,
    jobs,
    points,
  } = problem;
  const training: Samples = samplesOf(problem.training!);
  const n = training.x.shape[0];
  const choice = await choiceOfCall(option, network, training, exactLimit, "audit");
  const matrix = choice.name === "exact" || choice.name === "head";
  const wanted = asked ?? (matrix ? 16 : LEAST_REMOVALS);
  if (wanted > 0 && wanted < LEAST_REMOVALS)
    throw new UsageError(`--removals is ${wanted}; it must be 0 or at least ${LEAST_REMOVALS}.`);
  if (wanted > 0 && n < LEAST_REMOVALS) {
    throw new UsageError(
      `${values.train}: has ${n} points; ${LEAST_REMOVALS} are needed to take some away. Give --removals 0.`,
    );
  }
  if (points && !points.target) {
    throw new UsageError(
      `${values.data}: test points need targets. Give --target, --target-column or --target-dataset.`,
    );
  }
  const rng = makeRng(seed, "audit");
  const notes = [...problem.notes];
  if (!points)
    notes.push(
      `Without --data, ${Math.min(STAND_INS, n)} training points stand in for test points.`,
    );
  const drawn = Array.from(rng.fork("test points").permutation(n).subarray(0, STAND_INS)).sort(
    (a, b) => a - b,
  );
  const test = points
    ? { x: points.x, target: points.target! }
    : { x: takeRows(training.x, drawn), target: takeRows(training.target, drawn) };

  const out = values.out ?? DEFAULT_OUT;
  const folder = outFolder(values, out, "phaselens audit", "audit.json", ["predicted", "measured"]);
  for (const note of notes) log.notice(note);
  const audited = (): Promise<AuditReport> =>
    audit(network, theta, training, {
      options: { loss, l2, convention },
      test,
      damping,
      exactLimit,
      ...option,
      onStep: log.step,
      jobs,
      retrain:
        wanted > 0 ? { points: Math.min(wanted, n), rng, jobs, onDone: log.progress } : undefined,
      study: values.study,
    });
  // a folder of another model or damping is a wrong call
  const report = await (values.study === undefined ? audited() : asWrongCall(audited));
  const input: AuditPageInput = {
    title: values.title ?? `Audit of ${basename(values.model!)}`,
    model: { name: network.name, format: problem.model.format },
    report,
    notes,
    provenance: reportProvenance("audit", argv, seed, problem.files, begun),
  };
  log.step("charts and report");
  const { charts, notes: missing } = await drawCharts(auditFigures(report));
  const complete = { ...input, notes: [...notes, ...missing] };
  const { response } = report;
  const arrays: Record<string, Tensor> = response
    ? { predicted: response.predicted, measured: response.measured }
    : {};
  const written = writeReport(folder, {
    arrays,
    charts,
    page: auditPage(complete, charts),
    json: (names) => auditJson(complete, names),
  });
  log.end();
  console.log(
    values.json
      ? shownJson({ out, ...auditJson(complete, written) })
      : `${shownLines(report.text)}\n${out}/report.html: ${written.length} files in ${((performance.now() - begun) / 1000).toFixed(1)} s`,
  );
  if (before) return isWorse(report.verdict, before) ? 1 : 0;
  return report.verdict === "fail" || (values.strict && report.verdict === "caution") ? 1 : 0;
}

/** `phaselens audit` */
export const auditCommand: Command = {
  options,
  usage,
  failure: 3,
  run,
};
