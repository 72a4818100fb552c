import { existsSync } from "node:fs";
import { basename, dirname, extname, relative, resolve, sep } from "node:path";
import { atomicWrite } from "../core/files/atomicWrite.js";
import {
  arrayFormats,
  isArrayFile,
  readArray,
  type ReadArrayOptions,
} from "../interop/tables/readArray.js";
import { notebookText } from "../report/notebook.js";
import {
  describeOptions,
  readArguments,
  UsageError,
  type Command,
  type Options,
} from "./command.js";
import { l2Option } from "./l2Option.js";
import { modelOptions } from "./modelOptions.js";
import { pointsOption } from "./picks.js";
import { shownJson } from "./print.js";
import { readingOf, weightsReading } from "./reading.js";
import { asWrongCall } from "./asWrongCall.js";

const { model, data, target, train, columns, header, decimal, dataset, classes } = modelOptions;
const { l2, title, json } = modelOptions;
const options = {
  model,
  data,
  target,
  train,
  "train-target": modelOptions["train-target"],
  weights: modelOptions.weights,
  columns,
  "target-column": modelOptions["target-column"],
  header,
  decimal,
  dataset,
  "target-dataset": modelOptions["target-dataset"],
  classes,
  l2,
  points: {
    type: "string",
    value: "17,42",
    help: "rows of the data that are explained, also 100-120 (default: the first 50)",
  },
  title: { ...title, help: "of the notebook" },
  force: { type: "boolean", help: "write over a notebook that is there" },
  json,
} as const satisfies Options;

const usage = `Usage: phaselens new <name>.ipynb --model <file> --data <file> [options]

Writes a Jupyter notebook (kernel tslab) that loads a model and data, draws the relevance of the input, with --train also
influence, uncertainty and extrapolation, and ends in claims. Change it and go on from there.

${describeOptions(options)}

Example:
  phaselens new iris.ipynb --model model.json --data test.csv --train train.csv --target-column species

Exit codes: 0 written, 1 the file could not be written, 2 called wrongly.`;

async function run(argv: readonly string[]): Promise<number> {
  const {
    values,
    operands: [path],
  } = readArguments(argv, options, 1);
  if (path === undefined) throw new UsageError("Name the notebook: phaselens new mine.ipynb.");
  if (extname(path) !== ".ipynb")
    throw new UsageError(`${path}: a notebook's name ends in .ipynb.`);
  for (const name of ["model", "data"] as const)
    if (values[name] === undefined) throw new UsageError(`--${name} is missing.`);
  const named = {
    model: values.model!,
    data: values.data!,
    target: values.target,
    train: values.train,
    trainTarget: values["train-target"],
  };
  for (const [role, file] of Object.entries(named)) {
    if (file === undefined) continue;
    if (!existsSync(file)) throw new UsageError(`${file}: is not there. Name a file that exists.`);
    if (role !== "model" && !isArrayFile(file)) {
      throw new UsageError(
        `${file}: files of this kind are not read; known are ${arrayFormats.join(", ")}.`,
      );
    }
  }
  if (existsSync(path) && !values.force)
    throw new UsageError(`${path}: is there already. Choose another name, or give --force.`);
  const reading = await readingOf(values, named.data, named.target);
  const trainReading =
    named.train === undefined ? undefined : await readingOf(values, named.train, named.trainTarget);
  if (trainReading && !trainReading.inside && named.trainTarget === undefined) {
    throw new UsageError(
      "Training points need targets. Give --train-target, --target-column or --target-dataset.",
    );
  }
  const penalty = l2Option(values.l2);
  if (penalty !== undefined && named.train === undefined)
    throw new UsageError("--l2 is of the risk of the training points. Give them with --train.");
  const rows = await asWrongCall(() => namedRows(values.points, named.data, reading.points));
  // The notebook's cells run in its own folder
  const seen = (file: string | undefined): string | undefined =>
    file &&
    relative(dirname(resolve(path)), resolve(file))
      .split(sep)
      .join("/");
  const heading =
    values.title ?? `What ${basename(named.model)} says about ${basename(named.data)}`;
  atomicWrite(
    path,
    notebookText({
      title: heading,
      model: seen(named.model)!,
      data: seen(named.data)!,
      target: seen(named.target),
      train: seen(named.train),
      trainTarget: seen(named.trainTarget),
      reading,
      trainReading,
      l2: penalty ?? 0,
      points: rows,
      weights:
        trainReading && values.weights !== undefined
          ? weightsOf(values, (file) => seen(file)!)
          : undefined,
    }),
  );
  console.log(
    values.json
      ? shownJson({ notebook: path })
      : `${path}: written. Open it in JupyterLab with the kernel tslab.`,
  );
  return 0;
}

/** @throws UsageError for rows that the data do not have */
async function namedRows(
  text: string | undefined,
  path: string,
  reading: ReadArrayOptions,
): Promise<number[] | undefined> {
  if (text === undefined) return undefined;
  return pointsOption(text, (await readArray(path, reading)).values.shape[0]);
}

/** How the notebook reads the weights of the training points, the file seen from its folder. */
function weightsOf(
  values: Parameters<typeof weightsReading>[0],
  seen: (file: string) => string,
): { readonly path: string; readonly options: ReadArrayOptions } {
  const { path, options: reading } = weightsReading(values);
  return { path: seen(path), options: reading };
}

/** `phaselens new` */
export const newCommand: Command = {
  options,
  operand: { name: "notebook", completes: "file" },
  usage,
  run: async (argv) => run(argv),
};
