// From the options of the form, which are those of `phaselens explain`, to what is asked.
import { basename } from "../node/path.js";
import { readProblem } from "phaselens/internal/cli/readProblem";
import { tableColumns } from "phaselens/internal/interop/tables/tableColumns";
import { isTable } from "phaselens/internal/interop/tables/readArray";
import { readTrees, type TreeProblem } from "phaselens/internal/cli/trees/readTrees";
import { isForestFile } from "phaselens/internal/interop/trees/readForest";
import type { Answers } from "phaselens/internal/report/answers/answersOf";
import { networkAnswers } from "phaselens/internal/report/answers/networkAnswers";
import { treeAnswers } from "phaselens/internal/report/answers/treeAnswers";
import { treeMethod } from "phaselens/internal/report/trees/treeMethods";
import type { Asked } from "./protocol.js";
import { isStateDictionary, withNetwork } from "./stateDictionary.js";

/**
 * Reads model and data and holds them against each other. @throws PhaselensError saying what does
 * not fit
 */
export async function answersTo({ title, values }: Asked): Promise<Answers> {
  if (isForestFile(values.model)) return treesAsked(title, values);
  const problem = await readProblem(withModel(values));
  return networkAnswers({
    ...problem,
    title,
    points: problem.points!,
    method: values.method ?? "lrp",
    output: values.class,
    jobs: 1,
  });
}

/** A state dictionary becomes the network that was named for it. @throws Error */
function withModel({ network, ...values }: Asked["values"]): Asked["values"] {
  if (!isStateDictionary(values.model)) return values;
  if (values.loss === undefined)
    throw new Error(`${values.model}: does not say what was minimised. Choose it.`);
  return { ...values, model: withNetwork(values.model, network ?? "") };
}

/** Names of the features: those of the model, or of the columns that were taken for them. */
async function namesOf(
  { model }: TreeProblem,
  values: Asked["values"],
): Promise<readonly string[]> {
  if (model.named || !isTable(values.data)) return model.features;
  const columns = values.columns?.split(",") ?? (await tableColumns(values.data)) ?? [];
  const left = columns.filter((name) => name !== values["target-column"]);
  return left.length === model.features.length ? left : model.features;
}

async function treesAsked(title: string, values: Asked["values"]): Promise<Answers> {
  const method = treeMethod(values.method === "saabas" ? "saabas" : "shapley", false);
  const problem = await readTrees(values, method.name);
  const { classes, model, ensemble } = problem;
  const named = classes?.indexOf(values.class ?? "") ?? -1;
  const output = named >= 0 && ensemble.outputs > 1 ? named : Number(values.class ?? 0) || 0;
  const binary = classes?.[1] ?? "label 1";
  return treeAnswers({
    ...problem,
    title,
    name: basename(values.model),
    format: model.format,
    features: await namesOf(problem, values),
    method,
    output,
    outputName:
      ensemble.outputs > 1
        ? `output ${classes?.[output] ?? output}`
        : problem.task === "binary"
          ? `the output, which speaks for ${binary}`
          : "the output",
    jobs: 1,
  });
}
