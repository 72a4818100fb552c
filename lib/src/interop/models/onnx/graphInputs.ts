import { ConfigError, DataError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import type { Shape } from "../../../core/tensor.js";
import { closestNames } from "../closestNames.js";
import type { GraphMessage, ValueMessage } from "./messages.js";
import { isWhole, numberType } from "./tensorData.js";

/** Extents of the inputs of one sample, by name; the batch axis is left out. */
export type Extents = Readonly<Record<string, Shape>>;

/** An input of a model as its file describes it. */
export interface GraphInput {
  readonly name: string;
  /** Of one sample. */
  readonly shape: Shape;
  /** With the batch, as the graph reads it: [1] where a sample is a number. */
  readonly batched: Shape;
  readonly whole: boolean;
  /** Extent of the batch that the file fixes; undefined if it is open. */
  readonly batch: number | undefined;
}

/** An input as it is declared. */
export interface Declared {
  readonly name: string;
  readonly whole: boolean;
  /** Of one sample: a number, the name of an open extent, or "" for one without; undefined if not
   * even the number of axes is known. */
  readonly axes: readonly (number | string)[] | undefined;
  /** Extent of the batch that the file fixes; undefined if it is open. */
  readonly batch: number | undefined;
}

/**
 * The inputs of a model with the extents that its file or the caller says. An open extent that has
 * a name is that of every input where the name stands.
 * @throws ConfigError for extents that are missing, of no input, or other than the file's
 */
export function inputsOfGraph(graph: GraphMessage, extents: Extents, path: string): GraphInput[] {
  const declared = declaredInputs(graph, path);
  if (declared.length === 0)
    throw new DataError(`${path}: its graph has no inputs. Export the model again.`);
  const names = declared.map(({ name }) => name);
  for (const name of Object.keys(extents)) {
    if (names.includes(name)) continue;
    throw new ConfigError(
      `${path}: extents are given for ${quoted(name)}, which is no input. Its inputs are ${closestNames(name, names)}.`,
      { name },
    );
  }
  const given = new Map(Object.entries(extents));
  const byName = namedExtents(declared, given, path);
  const open: string[] = [];
  const inputs = declared.map((input) => {
    const { name, whole, axes, batch } = input;
    const own = given.get(name);
    const shape = (axes ?? own ?? ["", ""]).map((axis, k) =>
      typeof axis === "number" ? axis : (own?.[k] ?? byName.get(axis) ?? NaN),
    );
    if (shape.some(Number.isNaN)) open.push(described(input));
    // a batch of numbers: each sample is one
    const sample = shape.length === 0 ? [1] : shape;
    return { name, whole, shape: sample, batched: [1, ...shape], batch };
  });
  if (open.length > 0)
    throw new ConfigError(
      `${path}: the file leaves extents open: ${open.join(", ")}. Give them without the batch: extents: { ${quotedKey(names, open)}: [20, 30] }, for example.`,
      { open },
    );
  return inputs;
}

/** The inputs that are no weights; early versions of ONNX list those too. */
export function declaredInputs(graph: GraphMessage, path: string): Declared[] {
  const weights = new Set(graph.initializers.map(({ name }) => name));
  return graph.inputs
    .filter(({ name }) => !weights.has(name))
    .map((own) => declaredInput(own, path));
}

const quotedKey = (names: readonly string[], [first]: readonly string[]): string => {
  const name = names.find((own) => first.startsWith(own)) ?? names[0];
  return /^[a-z_]\w*$/i.test(name) ? name : quoted(name);
};

const described = ({ name, axes }: Declared): string =>
  `${name} [${axes ? axes.map((axis) => (axis === "" ? "?" : axis)).join(", ") : "?"}]`;

/** What exporters call the axis of samples. */
const isBatchName = /^(n_?)?batch(_?size)?$/i;

function declaredInput({ name = "", type }: ValueMessage, path: string): Declared {
  const where = `${path}: input ${quoted(name)}`;
  const own = type?.tensor;
  if (!own)
    throw new ConfigError(
      `${where}: is no tensor (a sequence or an optional value). Export the model with tensors alone.`,
      { name },
    );
  const whole = isWhole(numberType(own.elementType, where));
  const all = own.shape?.dims.map(({ value = 0, parameter = "" }) => {
    if (Number.isSafeInteger(value) && value > 0) return value;
    return parameter;
  });
  const batchAxis = all?.findIndex((axis) => isBatchName.test(String(axis))) ?? 0;
  if (batchAxis > 0)
    throw new ConfigError(
      `${where}: has its batch along axis ${batchAxis} of [${all!.join(", ")}], and samples lie along the first. Export the model with the batch first (batch_first=True in PyTorch).`,
      { name, axes: all },
    );
  const [first, ...axes] = all ?? [];
  const batch = typeof first === "number" ? first : undefined;
  return { name, whole, axes: all && axes, batch };
}

/** Open extents by their names, from what is given for any input. */
function namedExtents(
  declared: readonly Declared[],
  given: ReadonlyMap<string, Shape>,
  path: string,
): Map<string, number> {
  const byName = new Map<string, number>();
  for (const input of declared) {
    const own = given.get(input.name);
    if (!own) continue;
    const { axes = own.map(() => "") } = input;
    const fine = Array.isArray(own) && own.every((e) => Number.isSafeInteger(e) && e >= 1);
    const fits = own.length === axes.length;
    const agrees = axes.every((axis, k) => {
      const known = typeof axis === "number" ? axis : byName.get(axis);
      return known === undefined || known === own[k];
    });
    if (!fine || !fits || !agrees)
      throw new ConfigError(
        `${path}: extents [${String(own)}] do not fit the input ${described(input)}. Give whole numbers ≥ 1 without the batch, and the same one wherever the file has one name.`,
        { name: input.name, extents: own },
      );
    axes.forEach((axis, k) => {
      if (typeof axis === "string" && axis !== "") byName.set(axis, own[k]);
    });
  }
  return byName;
}
