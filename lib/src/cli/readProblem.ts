import { basename } from "node:path";
import { ShapeError } from "../core/errors.js";
import { makeRng } from "../core/random/rng.js";
import { checkFinite, takeRows, type Shape, type Tensor } from "../core/tensor.js";
import { effectiveNumber, weightsAt } from "../core/weights.js";
import { readArray, type NamedArray } from "../interop/tables/readArray.js";
import { readModel, type ModelFile } from "../interop/models/readModel.js";
import { targetRows } from "../interop/tables/targetRows.js";
import type { GradientConvention } from "../nn/network/gradientConvention.js";
import type { Loss } from "../nn/losses/loss.js";
import { lossTypes } from "../nn/losses/lossTypes.js";
import { shapes } from "../nn/network/network.js";
import { checkSamples, type Samples } from "../nn/losses/risk.js";
import { fileFacts, type FileFacts } from "../report/provenance.js";
import { asWrongCall } from "./asWrongCall.js";
import { chosenLoss } from "./chosenLoss.js";
import { isOnnxFile, onnxInputs } from "../interop/models/onnx/onnxFile.js";
import { countOption, numberOption, UsageError, type OptionValues } from "./command.js";
import { l2Option } from "./l2Option.js";
import { entryNames, extentsOf, namedFiles, namedInputs } from "./namedData.js";
import type { modelOptions } from "./modelOptions.js";
import { otherOrder, readFiles } from "./readFiles.js";
import { listOption, readingOf, readWeights } from "./reading.js";

type Values = OptionValues<typeof modelOptions>;

/** Points with what belongs to them. */
export interface ReadPoints {
  /** As the network reads them. */
  readonly x: Tensor;
  /** Shape in the file, [n, …]. */
  readonly shape: Shape;
  readonly target: Tensor | undefined;
  /** Of training points in the risk, [n]; undefined: all alike. */
  readonly weights: Float64Array | undefined;
  readonly names: readonly string[] | undefined;
  /** Rows of the file, where not all were taken. */
  readonly rows: ArrayLike<number> | undefined;
}

/** What the options of a command name, read and held against each other. */
export interface ReadProblem {
  readonly model: ModelFile;
  readonly loss: Loss;
  readonly l2: number;
  readonly convention: GradientConvention;
  readonly damping: number | undefined;
  readonly seed: number;
  readonly jobs: number | undefined;
  readonly classes: readonly string[] | undefined;
  readonly points: ReadPoints | undefined;
  readonly training: ReadPoints | undefined;
  readonly files: readonly FileFacts[];
  readonly notes: readonly string[];
}

/**
 * @param options.whole  all points of the file, whatever `--limit` says
 * @throws UsageError for everything that is wrong with the call or a file
 */
export function readProblem(
  values: Values,
  options: { readonly whole?: boolean } = {},
): Promise<ReadProblem> {
  return asWrongCall(() => read(values, options));
}

async function read(
  values: Values,
  { whole: all }: { readonly whole?: boolean },
): Promise<ReadProblem> {
  if (values.model === undefined) throw new UsageError("--model is missing.");
  const seed = countOption(values.seed, "seed", 0) ?? 1;
  const jobs = countOption(values.jobs, "jobs", 1);
  const l2 = l2Option(values.l2) ?? 0;
  const damping = numberOption(
    values.damping,
    "damping",
    (value) => value >= 0 && value < Infinity,
    "a number ≥ 0",
  );
  const asked = countOption(values.limit, "limit", 1) ?? 100;
  const limit = all ? Infinity : asked;
  const trainLimit = countOption(values["train-limit"], "train-limit", 1);
  const seen = await seenInputs(values);
  const model = await readModel(values.model, {
    ...(values.output !== undefined && { head: values.output }),
    ...(seen?.extents && { extents: seen.extents }),
    ...(values.masks !== undefined && { masks: listOption(values.masks) }),
  });
  const loss = chosenLoss(values.loss, values["loss-parameters"], model);
  if (values.train !== undefined) refuseUnsaid(values, model);
  const classes = listOption(values.classes);
  const notes = [...model.notes];
  const files = model.files.map((path) => fileFacts("model", path));

  const load = async (
    role: string,
    path: string,
    targetPath: string | undefined,
    like?: readonly string[],
  ): Promise<ReadPoints> => {
    const { array, target, parts } = seen?.named
      ? await readNamedFiles(values, model, path, targetPath)
      : { ...(await readFiles(values, path, targetPath, like)), parts: [path] };
    files.push(
      ...parts.map((own) => fileFacts(role, own)),
      ...(targetPath === undefined ? [] : [fileFacts(`${role}, target`, targetPath)]),
    );
    notes.push(...array.notes, ...(targetPath === undefined || !target ? [] : target.notes));
    if (like && !seen?.named) notes.push(...(await otherOrder(values, path, like)));
    const x = seen?.named ? array.values : packed(model, array.values, path);
    const all = shapes(model.network, x.shape.slice(1));
    const output = all[all.length - 1];
    if (output.length !== 1) {
      throw new ShapeError(
        `${values.model}: puts out [${output}] for a sample of ${path}; a vector is needed. End the model in a dense layer.`,
        { output },
      );
    }
    checkClasses(classes, loss, output[0], values.model!);
    checkFinite(x.data, path);
    const wanted =
      target && targetRows(target.values, x.shape[0], output[0], loss, targetPath ?? path);
    return {
      x,
      shape: array.values.shape,
      target: wanted,
      weights: undefined,
      names: array.columns,
      rows: undefined,
    };
  };
  const whole =
    values.data === undefined ? undefined : await load("data", values.data, values.target);
  const points =
    whole && whole.x.shape[0] > limit
      ? chosen(
          whole,
          Array.from({ length: limit }, (_, n) => n),
        )
      : whole;
  if (whole && points !== whole)
    notes.push(
      `The first ${limit} of the ${whole.x.shape[0]} points of ${basename(values.data!)} were used; --limit changes that.`,
    );
  let training =
    values.train === undefined
      ? undefined
      : await load("training data", values.train, values["train-target"], whole?.names);
  if (training && values.weights !== undefined) {
    const { weights, path } = await readWeights(values, training.x.shape[0]);
    training = { ...training, weights };
    if (path !== values.train) files.push(fileFacts("training data, weights", path));
    notes.push(
      `The training points have weights, ${values.weights}: ${training.x.shape[0]} points count as ${shortNumber(effectiveNumber(weights))} equal ones.`,
    );
  }
  if (training && !training.target) {
    throw new UsageError(
      `${values.train}: training points need targets. Give --train-target, --target-column or --target-dataset.`,
    );
  }
  if (points && training && points.x.shape.slice(1).join() !== training.x.shape.slice(1).join()) {
    throw new UsageError(
      `${values.train}: samples have shape [${training.shape.slice(1)}], those of ${values.data} [${points.shape.slice(1)}]. Take both from one source.`,
    );
  }
  if (training && trainLimit !== undefined && training.x.shape[0] > trainLimit) {
    notes.push(
      `${trainLimit} of the ${training.x.shape[0]} training points were drawn; risk and Hessian are those of the draw.`,
    );
    const drawn = makeRng(seed, "training points")
      .permutation(training.x.shape[0])
      .subarray(0, trainLimit);
    training = chosen(
      training,
      Array.from(drawn).sort((a, b) => a - b),
    );
  }
  if (training) {
    checkSamples(model.network, model.theta, samplesOf(training), values.train!, loss);
  }
  const convention = (values.convention ?? "loss") as GradientConvention; // one of its choices
  return {
    model,
    loss,
    l2,
    convention,
    damping,
    seed,
    jobs,
    classes,
    points,
    training,
    files,
    notes: [...new Set(notes)],
  };
}

/**
 * A model that others trained says what it puts out, not what was minimised: with training data
 * that is asked for, since every gradient is one of the loss.
 * @throws UsageError
 */
function refuseUnsaid(
  { model: path, loss }: Values,
  { format, output, ...model }: ModelFile,
): void {
  if (format !== "ONNX" || loss !== undefined) return;
  const { option } = Object.values(lossTypes).find((type) => type.build({}) === model.loss)!;
  throw new UsageError(
    `${path}: an ONNX file does not say what was minimised, and influence is that of a risk. It ends in ${output}, to which ${option} belongs; give --loss ${option} if that was it.`,
    { output },
  );
}

/** What the data say of the inputs before the model is read; undefined where it is nothing. */
interface SeenInputs {
  /** Of an ONNX model. */
  readonly extents?: Readonly<Record<string, Shape>>;
  /** Whether data are read by the names of inputs. */
  readonly named: boolean;
}

async function seenInputs(values: Values): Promise<SeenInputs | undefined> {
  const { model, data, train } = values;
  const text = data ?? train;
  if (model === undefined || text === undefined) return undefined;
  if (!isOnnxFile(model)) return namedFiles(text) && { named: true };
  const inputs = onnxInputs(model);
  const names = inputs.map(({ name }) => name);
  if (names.length > 1 || namedFiles(text))
    return { extents: extentsOf(await namedInputs(text, names)), named: true };
  if (!inputs[0]?.open) return { extents: {}, named: false };
  const { array } = await readFiles(values, text, undefined, undefined);
  return { extents: { [names[0]]: array.values.shape.slice(1) }, named: false };
}

/** The inputs by name as packed samples, beside targets of a file of their own. */
async function readNamedFiles(
  values: Values,
  { inputs, pack }: ModelFile,
  text: string,
  targetPath: string | undefined,
): Promise<{ array: NamedArray; target: NamedArray | undefined; parts: readonly string[] }> {
  const { tensors, files } = await namedInputs(
    text,
    inputs.map(({ name }) => name),
  );
  const array = { values: pack(tensors), columns: entryNames(inputs), notes: [] };
  const reading = await readingOf(values, text, targetPath);
  const beside = targetPath ?? (reading.inside ? text : undefined);
  if (beside === undefined) return { array, target: undefined, parts: files };
  return { array, target: await readArray(beside, reading.target), parts: files };
}

/** @throws ShapeError naming the file */
function packed({ inputs, pack }: ModelFile, values: Tensor, path: string): Tensor {
  try {
    return pack({ [inputs[0].name]: values });
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ShapeError(`${path}, ${error.message}`, error.details);
  }
}

/** The points as a risk takes them. */
export const samplesOf = ({ x, target, weights }: ReadPoints): Samples => ({
  x,
  target: target!,
  ...(weights && { weights }),
});

const shortNumber = (value: number): string => String(Number(value.toPrecision(3)));

/** @throws UsageError if names do not fit what the loss tells apart, or it tells nothing apart */
function checkClasses(
  classes: readonly string[] | undefined,
  { output, name }: Loss,
  out: number,
  model: string,
): void {
  if (output === "softmax" && out < 2) {
    const fact = `has one output, and the softmax of one is 1 for every input; the loss is ${name}`;
    const cure = "Give it one for each class, or one under a sigmoid (of logits: --loss logistic)";
    throw new UsageError(`${model}: ${fact}. ${cure}.`);
  }
  const apart = output === "sigmoid" && out === 1 ? 2 : out;
  if (classes && output !== "linear" && classes.length !== apart) {
    const fact = `names ${classes.length} classes, the model tells ${apart} apart`;
    throw new UsageError(`--classes ${fact}.`);
  }
}

/** Some of the points. */
export function chosen(
  { x, shape, target, weights, names }: ReadPoints,
  rows: readonly number[],
): ReadPoints {
  return {
    x: takeRows(x, rows),
    shape: [rows.length, ...shape.slice(1)],
    target: target && takeRows(target, rows),
    weights: weights && weightsAt(weights, rows),
    names,
    rows,
  };
}
