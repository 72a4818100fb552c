import { ConfigError } from "../core/errors.js";
import { elu, leakyRelu, relu, sigmoid, softplus, tanh } from "./activations.js";
import { axesFrom, paddingFrom } from "./axes.js";
import { conv1d, conv2d, conv3d } from "./convolution.js";
import { dense } from "./dense.js";
import { edges } from "./edges.js";
import type { Layer, ObjectGroup } from "./layer.js";
import { logisticLoss } from "./logisticLoss.js";
import { meanSquaredError, softmaxCrossEntropy, type Loss } from "./loss.js";
import { graph, type GraphValue, type Network } from "./network.js";
import { globalSum, objectDense, segmentSum, slice } from "./objects.js";
import { averagePool, globalAveragePool, globalMaxPool, maxPool } from "./pooling.js";
import { add, concat, dropout, flatten, reshape } from "./structure.js";

/** A network as plain data, for worker threads and cache keys: the name of a layer of this library says all about it. */
export interface NetworkDescription {
  readonly name: string;
  readonly nodes: readonly { readonly layer: string; readonly inputs: readonly number[] }[];
}

/** @throws ConfigError if a layer is not one of this library's */
export function describeNetwork({ name, nodes }: Network): NetworkDescription {
  for (const { layer } of nodes) layerFrom(layer.name, layer.kind);
  return { name, nodes: nodes.map(({ layer, inputs }) => ({ layer: layer.name, inputs })) };
}

/** The network of a description. @throws ConfigError if it describes none, also where it comes from a file and not from `describeNetwork` */
export function networkFrom(description: NetworkDescription): Network {
  const { name, nodes } = (description ?? {}) as NetworkDescription;
  if (typeof name !== "string" || !areNodes(nodes)) {
    const fact = "a name, and nodes with a layer and inputs that come before it, must be there";
    throw new ConfigError(`networkFrom: ${fact}. Give what describeNetwork made.`);
  }
  return graph((input, then) => {
    const values: GraphValue[] = [input];
    for (const { layer, inputs } of nodes) values.push(then(layerFrom(layer), ...inputs.map((v) => values[v])));
    return values[values.length - 1];
  }, name);
}

/** At least one, each reading the input of the network or what comes before it. */
function areNodes(nodes: unknown): boolean {
  const isNode = (node: { layer?: unknown; inputs?: unknown } | null, v: number): boolean => {
    const inputs: unknown = node?.inputs;
    return typeof node?.layer === "string" && Array.isArray(inputs) && inputs.every((input: unknown) => Number.isInteger(input) && Number(input) >= 0 && Number(input) <= v);
  };
  return Array.isArray(nodes) && nodes.length > 0 && nodes.every(isNode);
}

const plain: Readonly<Record<string, () => Layer>> = { relu, tanh, sigmoid, softplus, flatten, add, concat, globalAveragePool, globalMaxPool, globalSum };
const withNumbers: Readonly<Record<string, (...numbers: number[]) => Layer>> = { dense, elu, leakyRelu, dropout, objectDense, segmentSum };
const convolution = /^conv[123]d\((\d+)→(\d+), kernel ([\d×]+)(?:, padding ([\d+×]+))?(?:, stride ([\d×]+))?(?:, dilation ([\d×]+))?\)$/;
const pooled = /^(maxPool|averagePool)\(([\d×]+)(?:, stride ([\d×]+))?(?:, padding ([\d+×]+))?\)$/;
const reshaped = /^reshape\(([\d×]+)\)$/;

const groupText = String.raw`(\d+)×(\d+)(?: at (\d+))?`;
const sliced = new RegExp(`^slice\\(${groupText}\\)$`);
const paired = new RegExp(`^edges\\(${groupText}, ${groupText}→(\\d+)\\)$`);

function layerFrom(name: string, kind?: Layer["kind"]): Layer {
  const layer = build(name);
  if (layer?.name !== name || (kind !== undefined && layer.kind !== kind)) {
    throw new ConfigError(
      `describeNetwork: "${name.slice(0, 80)}" is no layer of this library, so it cannot be rebuilt elsewhere. Compute in this thread (jobs: 1).`, { layer: name });
  }
  return layer;
}

function build(name: string): Layer | undefined {
  if (Object.hasOwn(plain, name)) return plain[name]();
  const convolved = convolution.exec(name);
  if (convolved) {
    const [from, to] = [Number(convolved[1]), Number(convolved[2])];
    const kernel = convolved[3].split("×").map(Number);
    const [padding, stride, dilation] = [paddingFrom(convolved[4] ?? "0", kernel.length), axesFrom(convolved[5] ?? "1"), axesFrom(convolved[6] ?? "1")];
    const options = { padding, stride, dilation };
    if (kernel.length === 1) return conv1d(from, to, kernel[0], options);
    return kernel.length === 2 ? conv2d(from, to, [kernel[0], kernel[1]], options) : conv3d(from, to, [kernel[0], kernel[1], kernel[2]], options);
  }
  const windows = pooled.exec(name);
  if (windows) {
    const extent = windows[2].split("×").map(Number);
    const options = { ...(windows[3] && { stride: axesFrom(windows[3]) }), ...(windows[4] && { padding: paddingFrom(windows[4], extent.length) }) };
    return windows[1] === "maxPool" ? maxPool(extent, options) : averagePool(extent, options);
  }
  const shaped = reshaped.exec(name);
  if (shaped) return reshape(shaped[1].split("×").map(Number));
  const group = (features: string, objects: string, start: string | undefined): ObjectGroup =>
    ({ start: Number(start ?? 0), features: Number(features), objects: Number(objects) });
  const cut = sliced.exec(name);
  if (cut) return slice(group(cut[1], cut[2], cut[3]));
  const pairs = paired.exec(name);
  if (pairs) return edges(group(pairs[1], pairs[2], pairs[3]), group(pairs[4], pairs[5], pairs[6]), Number(pairs[7]));
  const [, made, numbers] = /^(\w+)\((.+)\)$/.exec(name) ?? [];
  return made !== undefined && Object.hasOwn(withNumbers, made) ? withNumbers[made](...numbers.split("→").map(Number)) : undefined;
}

const known: readonly Loss[] = [softmaxCrossEntropy, logisticLoss, meanSquaredError];

/** @throws ConfigError if the loss is not one of this library's */
export function describeLoss(loss: Loss): string {
  if (!known.includes(loss)) {
    throw new ConfigError(`describeLoss: "${loss.name}" is no loss of this library, so worker threads cannot find it. Compute in this thread (jobs: 1).`);
  }
  return loss.name;
}

/** The loss of that name. */
export function lossFrom(name: string): Loss {
  const loss = known.find((one) => one.name === name);
  if (!loss) throw new ConfigError(`lossFrom: there is no loss "${name}". Use one of ${known.map((one) => `"${one.name}"`).join(", ")}.`, { name });
  return loss;
}
