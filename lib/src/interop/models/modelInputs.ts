import { ConfigError, ShapeError } from "../../core/errors.js";
import { quoted } from "../../core/printable.js";
import { row, size, tensor, type Shape, type Tensor } from "../../core/tensor.js";
import { channelsFirst, channelsLast, firstShape } from "./tfjs/channelOrder.js";

/** An input of a model as its user knows it. */
export interface ModelInput {
  /** "input" where there is but one. */
  readonly name: string;
  /** Of one sample: channels last for TensorFlow.js. Undefined if it was not written down. */
  readonly shape: Shape | undefined;
  /** The first of its entries in a packed sample. */
  readonly start: number;
}

/** What a model reads, and the way there and back. */
export interface ModelInputs {
  readonly inputs: readonly ModelInput[];
  /**
   * Samples as the network here reads them: of one input in the network's order of axes, of several
   * one row after the other, [n, entries]. Axes of extent 1 may be missing or too many, and tables
   * [n, entries] are taken in row-major order.
   * @param tensors  [n, …shape] for each input, by its name
   * @throws ConfigError for names that are not those of the inputs, ShapeError for other shapes
   */
  pack(tensors: Readonly<Record<string, Tensor>>): Tensor;
  /** Relevance of packed samples by input, each [n, …shape]: the opposite of `pack`. */
  unpack(relevance: Tensor): Record<string, Tensor>;
}

type Named = Pick<ModelInput, "name" | "shape">;

/**
 * @param named     shapes of several inputs have to be known
 * @param channels  where samples of two and more axes have them
 */
export function modelInputs(named: readonly Named[], channels: "first" | "last"): ModelInputs {
  let start = 0;
  const inputs = named.map(({ name, shape }) => {
    const input = { name, shape, start };
    start += shape ? size(shape) : 0;
    return input;
  });
  const moved = (shape: Shape | undefined): boolean =>
    channels === "last" && shape !== undefined && shape.length > 1;
  const there = (input: ModelInput, x: Tensor): Tensor =>
    moved(input.shape) ? channelsFirst(shaped(input, x)) : shaped(input, x);
  const back = ({ shape }: ModelInput, x: Tensor): Tensor =>
    shape ? tensor([x.shape[0], ...shape], (moved(shape) ? channelsLast(x) : x).data) : x;
  return {
    inputs,
    pack(tensors) {
      checkNames(tensors, inputs);
      const parts = inputs.map((input) => there(input, tensors[input.name]));
      return parts.length === 1 ? parts[0] : joined(inputs, parts);
    },
    unpack(relevance) {
      if (inputs.length === 1) return { [inputs[0].name]: back(inputs[0], relevance) };
      return Object.fromEntries(
        inputs.map((input) => {
          const own = moved(input.shape) ? firstShape(input.shape!) : input.shape!;
          return [input.name, back(input, part(relevance, input.start, own))];
        }),
      );
    },
  };
}

/** What was found by input, with zeros for masks. */
export function withoutMasks(
  found: Record<string, Tensor>,
  masks: readonly string[],
): Record<string, Tensor> {
  for (const name of masks)
    found[name] = { ...found[name], data: new Float64Array(found[name].data.length) };
  return found;
}

function checkNames(tensors: Readonly<Record<string, Tensor>>, inputs: readonly Named[]): void {
  const names = inputs.map(({ name }) => name);
  const given = Object.keys(tensors);
  if (given.length === names.length && names.every((name) => Object.hasOwn(tensors, name))) return;
  const list = (of: readonly string[]): string =>
    of.map((name) => quoted(name)).join(", ") || "none";
  const fact = `pack: got tensors for ${list(given)}, the model's inputs are ${list(names)}`;
  throw new ConfigError(`${fact}. Give each input one tensor [n, …].`, { given, names });
}

const longer = (shape: Shape): string => shape.filter((extent) => extent !== 1).join();

/** The samples in the shape that the model's user knows. */
function shaped({ name, shape: wanted }: Named, x: Tensor): Tensor {
  const [n, ...sample] = x.shape;
  // a number for each sample
  if (x.shape.length === 1 && wanted && size(wanted) === 1) return tensor([n, ...wanted], x.data);
  if (x.shape.length < 2) {
    const fact = `${name}: has shape [${x.shape}]; samples are expected as [n, …]`;
    throw new ShapeError(`${fact}. Give each sample a row.`, { shape: x.shape });
  }
  if (!wanted) return x;
  // a table is flat: its columns in row-major order are the sample
  const flat = sample.length === 1 && sample[0] === size(wanted);
  if (longer(sample) !== longer(wanted) && !flat) {
    const fact = `${name}: samples have shape [${sample}], the model reads [${wanted}]`;
    const cure = `Save the data as [n, ${wanted.join(", ")}]`;
    throw new ShapeError(`${fact}. ${cure}.`, { sample, wanted });
  }
  return tensor([n, ...wanted], x.data);
}

/** One row after the other. */
function joined(inputs: readonly ModelInput[], parts: readonly Tensor[]): Tensor {
  const [n] = parts[0].shape;
  parts.forEach(({ shape }, k) => {
    if (shape[0] === n) return;
    const fact = `${inputs[k].name}: has ${shape[0]} samples, ${inputs[0].name} has ${n}`;
    throw new ShapeError(`${fact}. Give all inputs of a sample.`, { n, got: shape[0] });
  });
  const width = parts.reduce((sum, { shape }) => sum + size(shape.slice(1)), 0);
  const x = tensor([n, width]);
  for (let sample = 0; sample < n; sample++)
    parts.forEach((own, k) => x.data.set(row(own, sample), sample * width + inputs[k].start));
  return x;
}

/** The entries of one input, [n, …shape]. */
function part(x: Tensor, start: number, shape: Shape): Tensor {
  const [n] = x.shape;
  const count = size(shape);
  const own = tensor([n, ...shape]);
  for (let sample = 0; sample < n; sample++)
    own.data.set(row(x, sample).subarray(start, start + count), sample * count);
  return own;
}
