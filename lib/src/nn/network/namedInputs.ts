import { aNetwork } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { record, tensorOf } from "../../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { checkTensor, size, tensor, type Shape, type Tensor } from "../../core/tensor.js";
import { slice } from "../layers/objects.js";
import { reshape } from "../layers/structure.js";
import type { GraphValue, Then } from "./graphParts.js";
import type { Network, NetworkInput } from "./network.js";

/**
 * Where each input is in a flat sample: one after the other, in the order of their names' record.
 * @throws ConfigError for shapes that are none
 */
export function inputPlaces(shapes: Readonly<Record<string, Shape>>): NetworkInput[] {
  let start = 0;
  const inputs = Object.entries(shapes).map(([name, shape]) => {
    if (!Array.isArray(shape) || shape.length === 0 || !shape.every(isExtent))
      throw new ConfigError(
        `graph: the shape of the input ${name} must be whole numbers ≥ 1, got [${String(shape)}]. Leave the batch out.`,
        { input: name },
      );
    const input = { name, shape: [...(shape as Shape)], start };
    start += size(input.shape);
    return input;
  });
  if (inputs.length === 0)
    throw new ConfigError("graph: there are no inputs. Name at least one, with its shape.");
  return inputs;
}

/** Whether an input says which objects there are. */
export const isMask = ({ name, mask }: Pick<NetworkInput, "name" | "mask">): boolean =>
  mask ?? /mask/i.test(name);

/** The same network with these inputs as its masks, and no others. */
export function withMaskNames(network: Network, masks: readonly string[]): Network {
  const { inputs } = network;
  if (!inputs || inputs.every((input) => isMask(input) === masks.includes(input.name)))
    return network;
  return {
    ...network,
    inputs: inputs.map((input) => ({ ...input, mask: masks.includes(input.name) })),
  };
}

const isExtent = (extent: unknown): boolean => Number.isSafeInteger(extent) && Number(extent) >= 1;

/** What is wrong with the inputs of a network that a file describes; undefined if nothing is. */
export function inputsFault(inputs: unknown): string | undefined {
  if (inputs === undefined) return undefined;
  const places = Array.isArray(inputs) ? inputs.map(placeOf) : [];
  const follow = places.every((own, k) => own && own.start === (k > 0 ? places[k - 1]!.end : 0));
  if (places.length > 0 && follow) return undefined;
  return "inputs must be a list of { name, shape, start } that follow each other";
}

function placeOf(input: unknown): { readonly start: number; readonly end: number } | undefined {
  const { name, shape, start } = (input ?? {}) as Partial<NetworkInput>;
  const named = typeof name === "string" && typeof start === "number";
  if (!named || !Array.isArray(shape) || shape.length === 0 || !shape.every(isExtent))
    return undefined;
  return { start, end: start + size(shape as Shape) };
}

/** The entries of an input under its shape. */
export function handOut(
  { shape, start }: NetworkInput,
  sample: GraphValue,
  then: Then,
): GraphValue {
  const [features, objects] = shape.length === 2 ? shape : [size(shape), 1];
  const cut = then(slice({ start, features, objects }), sample);
  return shape.length === 2 ? cut : then(reshape(shape), cut);
}

/**
 * The inputs of a network by name as its samples: [n, entries of all].
 * @param tensors  of each input `[n, …shape]`
 * @throws ConfigError | ShapeError  naming an input that is missing, unknown or of another shape
 * @example
 * ```ts
 * import { core, nn } from "phaselens";
 * const total = nn.graph({ a: [2], b: [1] }, ({ a, b }, then) => then(nn.concat(), a, b));
 * const x = nn.pack(total, { a: core.tensor([1, 2], [1, 2]), b: core.tensor([1, 1], [3]) });
 * console.log(Array.from(x.data)); // → [ 1, 2, 3 ]
 * ```
 */
export function pack(network: Network, tensors: Readonly<Record<string, Tensor>>): Tensor {
  takes("pack", {
    network: [network, aNetwork],
    tensors: [tensors, record({}, "tensors by name")],
  });
  const inputs = inputsOf(network, "pack");
  const known = inputs.map(({ name }) => name);
  for (const name of Object.keys(tensors))
    if (!known.includes(name)) throw unknown(network, `pack: "${name}" is no input`, known);
  const missing = known.filter((name) => !Object.hasOwn(tensors, name));
  if (missing.length > 0) throw unknown(network, `pack: ${missing.join(", ")} is missing`, known);
  takes("pack", { [known[0]]: [tensors[known[0]], tensorOf(["n", "…"], "any")] });
  const n = tensors[known[0]].shape[0];
  const packed = tensor([n, widthOf(inputs)]);
  for (const input of inputs) {
    checkInput(input, tensors[input.name], n);
    copyInput(input, tensors[input.name].data, packed, "in");
  }
  return packed;
}

/**
 * Samples, or what was found for them (relevance, gradients), as one tensor `[n, …shape]` for each
 * input by its name.
 * @throws ShapeError unless they have as many entries as the inputs together
 */
export function unpack(network: Network, samples: Tensor): Record<string, Tensor> {
  takes("unpack", {
    network: [network, aNetwork],
    samples: [samples, tensorOf(["n", "…"], "any")],
  });
  const inputs = inputsOf(network, "unpack");
  const [n, ...rest] = samples.shape;
  if (size(rest) !== widthOf(inputs))
    throw new ShapeError(
      `unpack: the inputs of ${network.name} have ${widthOf(inputs)} entries, got samples of shape [${rest}].`,
      { got: rest },
    );
  return Object.fromEntries(
    inputs.map((input) => {
      const own = tensor([n, ...input.shape]);
      copyInput(input, own.data, samples, "out");
      return [input.name, own];
    }),
  );
}

const widthOf = (inputs: readonly NetworkInput[]): number =>
  inputs.reduce((sum, { shape }) => sum + size(shape), 0);

function inputsOf({ inputs, name }: Network, caller: string): readonly NetworkInput[] {
  if (inputs) return inputs;
  throw new ConfigError(
    `${caller}: ${name} has one input without a name. Give its samples as they are.`,
  );
}

const unknown = ({ name }: Network, fact: string, known: readonly string[]): ConfigError =>
  new ConfigError(`${fact} of ${name}. Give ${known.join(", ")}.`, { known });

function checkInput({ name, shape }: NetworkInput, given: Tensor, n: number): void {
  checkTensor(given, `pack: ${name}`);
  if (given.shape.join() !== [n, ...shape].join())
    throw new ShapeError(
      `pack: ${name} must have the shape [${[n, ...shape]}], got [${given.shape}].`,
      { got: given.shape },
    );
}

/** Rows of one input into those of all, or out of them. */
function copyInput(
  { shape, start }: NetworkInput,
  own: Float64Array,
  { shape: [n], data }: Tensor,
  way: "in" | "out",
): void {
  const width = size(shape);
  const all = data.length / n;
  for (let s = 0; s < n; s++) {
    const [inside, outside] = [s * width, s * all + start];
    if (way === "in") data.set(own.subarray(inside, inside + width), outside);
    else own.set(data.subarray(outside, outside + width), inside);
  }
}
