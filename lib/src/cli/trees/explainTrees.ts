import { basename, join } from "node:path";
import { makeRng } from "../../core/random/rng.js";
import { drawCharts } from "../../report/charts.js";
import { explainTrees } from "../../report/trees/treeExplanation.js";
import { treeFigures } from "../../report/trees/treeFigures.js";
import { treeMethod, treeMethods, type TreeMethod } from "../../report/trees/treeMethods.js";
import { treePage } from "../../report/trees/treePage.js";
import {
  treeArrayNames,
  treeArrays,
  treeJson,
  type TreeReport,
} from "../../report/trees/treeReport.js";
import { writeReport } from "../../report/writeReport.js";
import { treeAnswers } from "../../report/answers/treeAnswers.js";
import { pointsTable, relevanceTable } from "../../report/answers/tables.js";
import { tensor } from "../../core/tensor.js";
import {
  computeParts,
  partsOption,
  tableFiles,
  tableNames,
  tablesOption,
  tellEstimates,
} from "../answerParts.js";
import { ANSWERS_PAGE, answersPage, checkPage, servePage } from "../answersPage.js";
import { countOption, UsageError } from "../command.js";
import { outFolder } from "../outFolder.js";
import { shownJson } from "../print.js";
import { tellMissing } from "../packages.js";
import { groupsOption, orderOption, picked, pointsOption } from "../picks.js";
import { asWrongCall } from "../asWrongCall.js";
import { reportProvenance } from "../reportProvenance.js";
import { stepLog } from "../stepLog.js";
import { readTrees, type TreeProblem } from "./readTrees.js";
import type { TreeValues } from "./treeSamples.js";

/** The options of a call of `phaselens explain` on trees. */
export type ExplainTreesValues = TreeValues & {
  readonly method?: string;
  readonly class?: string;
  readonly charts?: string;
  readonly points?: string;
  readonly sort?: string;
  readonly parts?: string;
  readonly groups?: string;
  readonly tables?: string;
  readonly page?: boolean;
  readonly serve?: boolean;
};

/** Options that say something of networks alone. */
const OF_NETWORKS = [
  "output",
  "train-target",
  "train-limit",
  "weights",
  "loss",
  "loss-parameters",
  "l2",
  "convention",
  "damping",
  "curvature",
  "head-after",
  "directions",
  "bootstraps",
  "exact-limit",
] as const;

/** @throws UsageError naming all options that trees do not have */
function refuseOfNetworks(values: Readonly<Record<string, unknown>>): void {
  const found = OF_NETWORKS.filter((name) => values[name] !== undefined).map((name) => `--${name}`);
  if (found.length === 0) return;
  const fact = `${String(values.model)} is a model of trees, and ${found.join(", ")} ${found.length > 1 ? "are" : "is"} for networks`;
  throw new UsageError(`${fact}. Leave ${found.length > 1 ? "them" : "it"} out.`);
}

/** @throws UsageError */
function methodOf({ method = "shapley", background }: ExplainTreesValues): TreeMethod {
  const name = treeMethods.find((own) => own === method);
  if (name === undefined)
    throw new UsageError(
      `--method is ${method}, which is for networks; of trees it is ${treeMethods.join(" or ")}.`,
    );
  if (name === "saabas" && background !== undefined)
    throw new UsageError(
      "--method saabas has no background. Leave --background out, or take --method shapley.",
    );
  return treeMethod(name, background !== undefined);
}

/** The output that is explained. @throws UsageError */
function outputOf(
  text: string | undefined,
  { task, classes, ensemble: { outputs } }: TreeProblem,
): { output: number; outputName: string } {
  if (task === "binary") {
    if (text !== undefined && text !== "0" && text !== classes?.[1])
      throw new UsageError(
        `--class is "${text}"; the model has one output, which speaks for ${classes?.[1] ?? "yes"}.`,
      );
    return { output: 0, outputName: `the output, which speaks for ${classes?.[1] ?? "label 1"}` };
  }
  const named = classes?.indexOf(text ?? "") ?? -1;
  const number = named >= 0 ? named : /^\d+$/.test(text ?? "0") ? Number(text ?? 0) : NaN;
  if (!(number < outputs)) {
    const names = classes ? `, or one of ${classes.join(", ")}` : "";
    throw new UsageError(
      `--class is "${text}"; it must be a number from 0 to ${outputs - 1}${names}.`,
    );
  }
  if (outputs === 1) return { output: 0, outputName: "the output" };
  return { output: number, outputName: `output ${classes?.[number] ?? number}` };
}

const ANSWERS = "answers.json";
/** Points in full, unless they were named. */
const DETAILED = 12;

const oneOfSeveral = (name: string, outputs: number): string[] =>
  outputs > 1
    ? [`The page explains ${name}, one of ${outputs}; --class names another, the arrays hold all.`]
    : [];

/** `phaselens explain` on a model of trees. */
export async function explainTreesCommand(
  argv: readonly string[],
  values: ExplainTreesValues,
  begun: number,
): Promise<number> {
  refuseOfNetworks(values);
  const method = methodOf(values);
  const shown = countOption(values.charts, "charts", 0) ?? 4;
  const order = orderOption(values.sort, false);
  const [parts, groups] = [partsOption(values.parts), groupsOption(values.groups)];
  const formats = tablesOption(values.tables);
  const log = stepLog("explain");
  const paths = [values.data, values.target, values.background, values.train];
  tellMissing(paths, formats.includes("parquet"), log);
  checkPage(values);
  const problem = await asWrongCall(() => readTrees(values, method.name));
  const explained = outputOf(values.class, problem);
  const out = values.out ?? "explanation";
  const folder = outFolder(values, out, "phaselens explain", "explanation.json", treeArrayNames, [
    ANSWERS,
    ANSWERS_PAGE,
    ...tableNames,
  ]);
  const { ensemble, task, x, target, background, seed, jobs, model } = problem;
  const named = pointsOption(values.points, x.shape[0]);
  const title =
    values.title ?? `What ${basename(values.model!)} says about ${basename(values.data!)}`;
  const answers = await asWrongCall(() =>
    treeAnswers({
      ...problem,
      ...{ title, name: basename(values.model!), format: model.format, features: model.features },
      ...{ method, groups, ...explained },
    }),
  );
  const estimates = answers.estimates();
  tellEstimates(estimates, log);
  const { reading } = picked(await answers.rows(), named, order, x.shape[0]);
  const explanation = await explainTrees({
    ...{ ensemble, task, method, x, target, background, jobs, output: explained.output },
    rng: makeRng(seed, "explain"),
    onStep: log.step,
    onDone: log.progress,
  });
  const report: TreeReport = {
    title,
    reading,
    model: { name: basename(values.model!), format: model.format, ensemble },
    ...{ task, method, ...explained, explanation, x, target },
    features: model.features,
    classes: problem.classes,
    backgroundPoints: background?.shape[0],
    notes: [...problem.notes, ...oneOfSeveral(explained.outputName, ensemble.outputs)],
    provenance: reportProvenance("explain", argv, seed, problem.files, begun),
  };
  log.step("points in full");
  for (const place of named ?? reading.slice(0, DETAILED)) await answers.row(place);
  const left = await computeParts(answers, parts, estimates, log);
  log.step("charts and report");
  const { charts, notes } = await drawCharts(treeFigures(report, shown));
  const complete = { ...report, notes: [...report.notes, ...left, ...notes] };
  for (const note of [...report.notes, ...left]) log.notice(note);
  const every = Array.from({ length: x.shape[0] }, (_, s) => s);
  const relevance = relevanceTable(every, tensor(x.shape, explanation.phi), model.features);
  const tables = { points: pointsTable(answers.document), relevance };
  const full = {
    ...answers.document,
    notes: [...new Set([...complete.notes, ...answers.document.notes])],
    provenance: complete.provenance,
  };
  const written = writeReport(folder, {
    files: { ...(await tableFiles(tables, formats)), ...answersPage(values, full) },
    arrays: treeArrays(complete),
    charts,
    page: treePage(complete, charts),
    json: (names) => treeJson(complete, names),
    documents: { [ANSWERS]: (names) => ({ ...full, written: names }) },
  });
  log.end();
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  if (values.json) console.log(shownJson({ out, ...treeJson(complete, written) }));
  else
    console.log(
      `${out}/report.html: ${x.shape[0]} points explained, ${written.length} files in ${seconds} s`,
    );
  if (values.serve) await servePage(join(out, ANSWERS_PAGE));
  return 0;
}
