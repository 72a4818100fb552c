import { basename, join } from "node:path";
import { makeRng } from "../core/random/rng.js";
import { tensor } from "../core/tensor.js";
import type { LossOutput } from "../nn/losses/loss.js";
import { shapes } from "../nn/network/network.js";
import { isForestFile } from "../interop/trees/readForest.js";
import { drawCharts } from "../report/charts.js";
import type { CurvatureChoice } from "../hessian/curvature/choice.js";
import type { PartEstimate } from "../report/answers/document.js";
import { networkAnswers } from "../report/answers/networkAnswers.js";
import { orders } from "../report/answers/order.js";
import { startOf, type NamedStart } from "../report/answers/startOf.js";
import { explainKnowing } from "../report/explain.js";
import { explanationFigures } from "../report/explanationFigures.js";
import { explanationPage } from "../report/explanationPage.js";
import { explanationJson, type ExplanationReport } from "../report/explanationReport.js";
import { methods } from "../report/methods.js";
import { treeMethods } from "../report/trees/treeMethods.js";
import { writeReport } from "../report/writeReport.js";
import { ANSWERS_PAGE, answersPage, checkPage, servePage } from "./answersPage.js";
import {
  countOption,
  describeOptions,
  readOptions,
  UsageError,
  type Command,
  type OptionValues,
  type Options,
} from "./command.js";
import { influenceTable, pointsTable, relevanceTable } from "../report/answers/tables.js";
import {
  computeParts,
  partsOption,
  tableFiles,
  tableNames,
  tablesOption,
  tellEstimates,
  wholeParts,
} from "./answerParts.js";
import { choiceOfCall, curvatureOption } from "./curvatureOption.js";
import { ARRAYS, arraysByInput, arraysOf } from "./explanationArrays.js";
import { described } from "./explanationFacts.js";
import { modelOptions } from "./modelOptions.js";
import { outFolder } from "./outFolder.js";
import { tellMissing } from "./packages.js";
import { shownJson } from "./print.js";
import { groupsOption, orderOption, picked, pointsOption } from "./picks.js";
import { asWrongCall } from "./asWrongCall.js";
import { chosen, readProblem, samplesOf } from "./readProblem.js";
import { reportProvenance } from "./reportProvenance.js";
import { stepLog } from "./stepLog.js";
import { explainTreesCommand } from "./trees/explainTrees.js";

const options = {
  ...modelOptions,
  method: {
    type: "string",
    value: "name",
    help: "of relevance (default: lrp), or of contributions of trees (default: shapley)",
    choices: [...Object.keys(methods), ...treeMethods],
  },
  class: {
    type: "string",
    value: "k",
    help: "the output that is explained, by number or name (default: the largest of each point; of trees the first)",
  },
  background: {
    type: "string",
    value: "file",
    completes: "file",
    help: "of trees: points whose values stand for features that are not known (default: branches are weighed by the training points in them)",
  },
  directions: {
    type: "string",
    value: "m",
    help: "directions taken as determined, for the extrapolation score (default: by the spectrum)",
  },
  bootstraps: { type: "string", value: "b", help: "of the resampling uncertainty (default: 100)" },
  "exact-limit": {
    type: "string",
    value: "P",
    help: "up to so many parameters the Hessian is a matrix (default: 1500)",
  },
  points: {
    type: "string",
    value: "17,42",
    help: "rows of the file that are explained, also 100-120 (default: by --sort, as many as --limit)",
  },
  sort: {
    type: "string",
    value: "order",
    help: "which points come first: wrong and uncertain ones, those of the largest loss, RUE or percentile of extrapolation, the least sure, or as in the file (default: wrong)",
    choices: [...orders],
  },
  parts: {
    type: "string",
    value: "a,b",
    help: `answers about the whole set: ${wholeParts.join(", ")}, or none (default: all but audit that take less than a minute)`,
  },
  tables: {
    type: "string",
    value: "csv,parquet",
    help: "points, relevance and influence as tables too (default: none)",
  },
  groups: {
    type: "string",
    value: "a=x,y;b=z",
    help: "features that are masked together, by a name for each group (default: by correlation)",
  },
  charts: { type: "string", value: "n", help: "points with a chart of their own (default: 4)" },
  page: {
    type: "boolean",
    help: "write explain.html too: the answers in one page with search, order and downloads, 4 MB",
  },
  serve: { type: "boolean", help: "the same, and show it on 127.0.0.1 until Ctrl-C" },
} as const satisfies Options;

const usage = `Usage: phaselens explain --model <file> --data <file> [--train <file>] [options]

Explains what a trained model says about some points: the relevance of each entry of the input; with training data also the
influence of each training point, the resampling uncertainty (RUE) and the extrapolation score (LEES). Of boosted trees and
forests: contributions of the features, dependence, correlated groups, labels to check. Writes arrays (.npy), explanation.json,
charts (.svg, .png) and report.html, one page that opens without a network; answers.json holds every point, the picked ones in full
and what there is to say of the whole set, by the schema that comes with the package (phaselens/schemas/explain-1.schema.json).

${describeOptions(options)}

Example:
  phaselens explain --model model.json --data test.csv --header yes --target-column species --classes setosa,virginica --train train.csv --points 17,42
  phaselens explain --model model.json --data test.csv --target-column species --train train.csv --sort extrapolation --out explanation
  phaselens explain --model model.json --data x.npy --method integrated-gradients --class 1
  phaselens explain --model model.json --data fields.h5 --dataset test/x --limit 20 --json > explanation.json
  phaselens explain --model model.ubj --data table.csv --target-column signal

Samples of TensorFlow.js models have channels last, as there. Exit codes: 0 done, 1 the work failed, 2 called wrongly.`;

const DEFAULT_OUT = "explanation";
const ANSWERS = "answers.json";

/** Points in full, unless they were named: fewer where each takes products with all data. */
const detailedPoints = (curvature: string | undefined): number => (curvature === "cg" ? 4 : 12);

/** What of training data is made, and how long it takes. */
function curvatureStep(estimates: readonly PartEstimate[], { name, why }: CurvatureChoice): string {
  const estimate = estimates.find(({ part }) => part === "training");
  return `influence, uncertainty and extrapolation: curvature ${name} (${why}); ${estimate?.words ?? ""}`;
}

/** @throws UsageError for an output that there is not */
function chosenStart(
  text: string | undefined,
  classes: readonly string[] | undefined,
  outputs: number,
  output: LossOutput,
): NamedStart {
  const found = startOf(text, classes, outputs, output);
  if (found) return found;
  throw new UsageError(
    `--class is "${text}"; it must be a number from 0 to ${outputs - 1}${classes ? `, or one of ${classes.join(", ")}` : ""}.`,
  );
}

/** @throws UsageError for what says something of trees alone */
function refuseOfTrees({ model, method, background }: OptionValues<typeof options>): void {
  if (model === undefined) return;
  const fact = treeMethods.some((own) => own === method)
    ? `--method ${method}`
    : background !== undefined && "--background";
  if (fact) throw new UsageError(`${fact} is for trees, and ${model} is none. Leave it out.`);
}

async function run(argv: readonly string[]): Promise<number> {
  const begun = performance.now();
  const values = readOptions(argv, options);
  if (values.model !== undefined && values.data === undefined)
    throw new UsageError("--data is missing.");
  if (values.model !== undefined && isForestFile(values.model))
    return explainTreesCommand(argv, values, begun);
  refuseOfTrees(values);
  const directions = countOption(values.directions, "directions", 0);
  const bootstraps = countOption(values.bootstraps, "bootstraps", 2);
  const exactLimit = countOption(values["exact-limit"], "exact-limit", 0);
  const shown = countOption(values.charts, "charts", 0) ?? 4;
  const limit = countOption(values.limit, "limit", 1) ?? 100;
  const order = orderOption(values.sort, values.train !== undefined);
  const [parts, groups] = [partsOption(values.parts), groupsOption(values.groups)];
  const formats = tablesOption(values.tables);
  const log = stepLog("explain");
  tellMissing(
    [values.data, values.train, values.target, values["train-target"]],
    formats.includes("parquet"),
    log,
  );
  checkPage(values);
  const problem = await readProblem(values, { whole: true });
  const {
    model: { network, theta, inputs, pack, unpack },
    loss,
    l2,
    convention,
    damping,
    seed,
    jobs,
  } = problem;
  const every = problem.points!;
  const named = pointsOption(values.points, every.x.shape[0]);
  if (directions !== undefined && directions > network.parameterCount) {
    throw new UsageError(
      `--directions is ${directions}, but the model has ${network.parameterCount} parameters.`,
    );
  }
  const all = shapes(network, every.x.shape.slice(1));
  const outputs = all[all.length - 1][0];
  const { start, words } = chosenStart(values.class, problem.classes, outputs, loss.output);
  const key = values.method ?? "lrp";
  const out = values.out ?? DEFAULT_OUT;
  const folder = outFolder(
    values,
    out,
    "phaselens explain",
    "explanation.json",
    [
      ...ARRAYS,
      ...Object.keys(arraysByInput(Object.fromEntries(inputs.map((own) => [own.name, undefined])))),
    ],
    [ANSWERS, ANSWERS_PAGE, ...tableNames],
  );
  const option = curvatureOption(values);
  const training = problem.training && samplesOf(problem.training);
  const choice =
    training && (await choiceOfCall(option, network, training, exactLimit ?? 1500, "explain"));
  const rng = makeRng(seed, "explain");
  for (const note of problem.notes) log.notice(note);
  const title =
    values.title ?? `What ${basename(values.model!)} says about ${basename(values.data!)}`;
  const answers = await asWrongCall(() =>
    networkAnswers({
      ...problem,
      points: every,
      title,
      ...{ method: key, output: values.class, directions, exactLimit, groups, ...option },
    }),
  );
  const estimates = answers.estimates();
  tellEstimates(estimates, log);
  log.step(`predictions of ${every.x.shape[0]} points`);
  await answers.rows({ onDone: log.progress });
  if (choice) {
    log.step(curvatureStep(estimates, choice));
    await answers.training({ onDone: log.progress });
  }
  const picks = picked(answers.document.rows, named, order, limit);
  const points =
    picks.places.length < every.x.shape[0] || named ? chosen(every, picks.places) : every;
  const known = await answers.curvature();
  const explanation = await explainKnowing(
    network,
    theta,
    points.x,
    {
      method: methods[key].make(network, rng.fork("method")),
      start,
      risk: { loss, l2, convention },
      target: points.target,
      training,
      damping,
      ...option,
      directions,
      exactLimit,
      bootstraps,
      rng: rng.fork("uncertainty"),
      jobs,
      onStep: log.step,
      onDone: log.progress,
    },
    known,
  );
  log.step("points in full");
  for (const place of named ?? picks.reading.slice(0, detailedPoints(known?.facts.name))) {
    await answers.row(place);
  }
  const left = await computeParts(answers, parts, estimates, log);
  const byInput = unpack(explanation.attribution.at[0]);
  const report: ExplanationReport = {
    ...described({ ...problem, points, notes: [...problem.notes, ...picks.notes, ...left] }, title),
    method: { key, ...methods[key] },
    start: words,
    explanation,
    rows: points.rows,
    reading: picks.reading.map((place) => picks.places.indexOf(place)),
    x: points.x,
    byInput: inputs.length > 1 ? byInput : undefined,
    relevance: tensor(
      points.shape,
      (inputs.length === 1 ? byInput[inputs[0].name] : pack(byInput)).data,
    ),
    provenance: reportProvenance("explain", argv, seed, problem.files, begun),
  };
  log.step("charts and report");
  const { charts, notes } = await drawCharts(explanationFigures(report, shown));
  for (const note of [...picks.notes, ...left]) log.notice(note);
  const complete = { ...report, notes: [...report.notes, ...notes] };
  const own = explanation.training;
  const tables = {
    points: pointsTable(answers.document),
    relevance: relevanceTable(picks.places, report.relevance, every.names),
    ...(own && {
      influence: influenceTable(picks.places, problem.training?.rows, own.influence, own.relatif),
    }),
  };
  const full = {
    ...answers.document,
    notes: [...new Set([...complete.notes, ...answers.document.notes])],
    provenance: complete.provenance,
  };
  const written = writeReport(folder, {
    files: { ...(await tableFiles(tables, formats)), ...answersPage(values, full) },
    arrays: { ...arraysOf(report), ...(inputs.length > 1 && arraysByInput(byInput)) },
    charts,
    page: explanationPage(complete, charts),
    json: (names) => explanationJson(complete, names),
    documents: { [ANSWERS]: (names) => ({ ...full, written: names }) },
  });
  log.end();
  if (values.json) console.log(shownJson({ out, ...explanationJson(complete, written) }));
  else
    console.log(
      `${out}/report.html: ${points.x.shape[0]} points explained, ${written.length} files in ${((performance.now() - begun) / 1000).toFixed(1)} s`,
    );
  if (values.serve) await servePage(join(out, ANSWERS_PAGE));
  return 0;
}

/** `phaselens explain` */
export const explainCommand: Command = {
  options,
  usage,
  run,
};
