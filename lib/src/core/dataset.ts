import { takes } from "./arguments/takes.js";
import { count, list, numbers, optional, record, tensorOf } from "./arguments/kinds.js";
import { ConfigError, ShapeError } from "./errors.js";
import { labelCure } from "./labelCure.js";
import { row, takeRows, tensor, type Tensor } from "./tensor.js";
import { checkWeights, weightsAt } from "./weights.js";

/** Where numbers come from: enough to make them again. */
export interface Provenance {
  /** What made them, e.g. "hubbardGroundState" or "file". */
  generator: string;
  params: Record<string, number | string>;
  seed: number;
  /** Paper, file or URL. */
  source: string;
}

/** Samples `x` [n, …] with their targets [n, out]: one-hot labels or values. */
export interface Dataset {
  readonly x: Tensor;
  readonly target: Tensor;
  /** Of each sample in the risk, [n] (default: all alike); see `nn.Samples`. */
  readonly weights?: ArrayLike<number>;
  readonly provenance: Provenance;
}

/**
 * A dataset whose parts agree.
 * @param parts  x [n, …], target [n, out] and weights [n], used as they are, not copied
 * @throws ShapeError if the shapes disagree or there are no samples, NumericalError for NaN or ±∞,
 *   ConfigError for an incomplete provenance or weights whose sum is not positive
 */
export function makeDataset(parts: Dataset): Dataset {
  takes("makeDataset", {
    dataset: [
      parts,
      record(
        { x: tensorOf(["…"]), target: tensorOf(["…"]), weights: optional(numbers()) },
        "{ x, target, provenance }",
      ),
    ],
  });
  const { x, target, weights, provenance } = parts;
  if (x.shape.length < 1 || x.shape[0] < 1) {
    throw new ShapeError(
      `makeDataset: x has shape [${x.shape}]; it must be [n, …] with at least one sample.`,
      { shape: x.shape },
    );
  }
  if (target.shape.length !== 2) {
    const cure = "Use oneHot(labels, classes) for labels, or tensor([n, 1], values) for values.";
    throw new ShapeError(
      `makeDataset: target has shape [${target.shape}]; it must be [n, out]. ${cure}`,
      { shape: target.shape },
    );
  }
  if (target.shape[0] !== x.shape[0]) {
    throw new ShapeError(
      `makeDataset: x has ${x.shape[0]} rows and target ${target.shape[0]}; every sample needs one target.`,
      {
        x: x.shape,
        target: target.shape,
      },
    );
  }
  if (weights !== undefined) checkWeights(weights, x.shape[0], "makeDataset");
  checkProvenance(provenance);
  return { x, target, ...(weights && { weights }), provenance };
}

function checkProvenance(provenance: Provenance): void {
  takes("makeDataset", {
    provenance: [
      provenance,
      record({ params: optional(record({}, "parameters by their names")) }, "a provenance"),
    ],
  });
  for (const field of ["generator", "source"] as const) {
    const text = provenance?.[field];
    if (typeof text !== "string" || text === "") {
      const cure = "it must be a text that says where the data come from";
      throw new ConfigError(
        `makeDataset: provenance.${field} is ${JSON.stringify(text)}; ${cure}.`,
        { field },
      );
    }
  }
  if (!Number.isSafeInteger(provenance.seed)) {
    throw new ConfigError(
      `makeDataset: provenance.seed is ${provenance.seed}; it must be an integer (0 if nothing was random).`,
      { field: "seed" },
    );
  }
  for (const [name, value] of Object.entries(provenance.params ?? {})) {
    if (typeof value !== "string" && typeof value !== "number") {
      throw new ConfigError(
        `makeDataset: provenance.params.${name} is of type ${typeof value}; it must be a number or a text.`,
        { field: name },
      );
    }
  }
}

/**
 * Labels 0 … classes − 1 as rows with a single 1: [n, classes].
 * @throws ConfigError naming the first row whose label is out of range
 * @example
 * ```ts
 * import { core } from "phaselens";
 * console.log(Array.from(core.oneHot([0, 2], 3).data)); // → [ 1, 0, 0, 0, 0, 1 ]
 * ```
 */
export function oneHot(labels: ArrayLike<number>, classes: number): Tensor {
  takes("oneHot", { labels: [labels, list], classes: [classes, count(1)] });
  const target = tensor([labels.length, classes]);
  for (let n = 0; n < labels.length; n++) {
    const label = labels[n];
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      const range = `labels are the whole numbers 0 … ${classes - 1}`;
      const cure = labelCure(labels, classes) || ". Repair the row or raise classes";
      const fact = `row ${n} has the label ${label}; ${range}`;
      throw new ConfigError(`oneHot: ${fact}${cure}.`, { row: n, label, classes });
    }
    target.data[n * classes + label] = 1;
  }
  return target;
}

/** Samples whose origin is not told. */
type Bare = Omit<Dataset, "provenance">;

/**
 * The chosen samples, copied in the given order, with their weights, and their provenance where
 * they have one.
 * @throws ConfigError naming the first row that does not exist
 */
export function subset(dataset: Dataset, rows: ArrayLike<number>): Dataset;
export function subset(dataset: Bare, rows: ArrayLike<number>): Bare;
export function subset(dataset: Bare | Dataset, rows: ArrayLike<number>): Bare {
  takes("subset", {
    dataset: [
      dataset,
      record({ x: tensorOf(["n", "…"], "any"), target: tensorOf(["n", "…"], "any") }, "a dataset"),
    ],
    rows: [rows, list],
  });
  const n = dataset.x.shape[0];
  if (dataset.target.shape[0] !== n)
    throw new ShapeError(
      `subset: x has ${n} rows and target ${dataset.target.shape[0]}; every sample needs one target.`,
    );
  const { weights } = dataset;
  takes("subset", { "dataset.weights": [weights, optional(numbers(0, n))] });
  for (let k = 0; k < rows.length; k++) {
    if (!(Number.isInteger(rows[k]) && rows[k] >= 0 && rows[k] < n)) {
      throw new ConfigError(
        `subset: entry ${k} asks for row ${rows[k]}; it must be one of the rows 0 … ${n - 1}.`,
        { entry: k, row: rows[k], n },
      );
    }
  }
  return {
    x: takeRows(dataset.x, rows),
    target: takeRows(dataset.target, rows),
    ...(weights && { weights: weightsAt(weights, rows) }),
    ...("provenance" in dataset && { provenance: dataset.provenance }),
  };
}

/**
 * The class of each sample: index of the largest entry of its target row, the first one on a
 * tie. [n]
 * @throws ShapeError for targets of one column, of which none is the largest
 */
export function labelsOf(dataset: Dataset): Int32Array {
  takes("labelsOf", {
    dataset: [dataset, record({ target: tensorOf(["n", "classes"]) }, "a dataset")],
  });
  const { shape } = dataset.target;
  if (!(shape[1] > 1)) {
    const cure = "A single column holds the labels or values themselves: use target.data";
    const fact = `targets have shape [${shape}]; classes need two columns or more`;
    throw new ShapeError(`labelsOf: ${fact}. ${cure}.`, { shape });
  }
  return Int32Array.from({ length: dataset.target.shape[0] }, (_, n) => {
    const values = row(dataset.target, n);
    let best = 0;
    for (let k = 1; k < values.length; k++) if (values[k] > values[best]) best = k;
    return best;
  });
}
