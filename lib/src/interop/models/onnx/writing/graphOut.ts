import { ConfigError } from "../../../../core/errors.js";
import { quoted } from "../../../../core/printable.js";
import { checkFinite, size, type Shape } from "../../../../core/tensor.js";
import type { LayerSpec, LayerTypeName } from "../../../../nn/layers/layerTypes.js";
import { specOf } from "../../../../nn/layers/specOf.js";
import {
  checkParameters,
  parametersOf,
  shapes,
  type Network,
  type NetworkInput,
  type NetworkNode,
} from "../../../../nn/network/network.js";
import { flatInput } from "../../flatInput.js";
import type { Exporter, Exporting } from "./exporter.js";
import { exporters } from "./exporters/table.js";
import { drafted, type Drafted, type Exported } from "./exporting.js";
import { modelMessage, valueMessage } from "./messagesOut.js";
import type { ToOnnxOptions } from "./options.js";

/** What `toOnnx` gives. @param caller  begins the messages of errors */
export function onnxBytes(
  network: Network,
  theta: Float64Array,
  { inputShape, output = "linear", input = "input", head = "output" }: ToOnnxOptions,
  caller: string,
): Uint8Array {
  checkParameters(network, theta, "theta", caller);
  checkFinite(theta, `${caller}: theta`);
  const specs = specsOf(network, theta, caller);
  const inputs = network.inputs ?? [
    { name: input, shape: inputShape ?? flatInput(network, caller, "ONNX"), start: 0 },
  ];
  checkNames([...inputs.map(({ name }) => name), head], caller);
  const opset = specs.some(({ type }) => type === "gelu") ? 20 : 17;
  const draft = drafted(opset, [...inputs.map(({ name }) => name), head]);
  const last = written(network, theta, specs, inputs, draft);
  const flat = last.shape.length === 1;
  draft.begin("end");
  if (output === "softmax") {
    const row = draft.writing.shaped(last, [size(last.shape)]);
    draft.end("Softmax", row, head, { axis: { int: 1 } });
  } else draft.end(output === "sigmoid" ? "Sigmoid" : "Identity", last.name, head);
  const made = output === "softmax" && !flat ? [size(last.shape)] : last.shape;
  return modelMessage(network.name, opset, [
    ...draft.nodes,
    ...draft.tensors,
    ...inputs.map((own) => valueMessage(11, own.name, own.shape)),
    valueMessage(12, head, made),
  ]);
}

/** @throws ConfigError for names that are none, or that two values would have */
function checkNames(names: readonly string[], caller: string): void {
  const bad = names.find((name, k) => name === "" || names.indexOf(name) < k);
  if (bad === undefined) return;
  const list = names.map((name) => quoted(name)).join(", ");
  throw new ConfigError(
    `${caller}: inputs and output must have names that differ, got ${list}. Give others as input and head.`,
    { names },
  );
}

/** The layers one after the other. @returns the last value */
function written(
  network: Network,
  theta: Float64Array,
  specs: readonly LayerSpec[],
  inputs: readonly NetworkInput[],
  draft: Drafted,
): Exported {
  const joined = network.inputs !== undefined;
  const whole = joined
    ? [inputs.reduce((sum, { shape }) => sum + size(shape), 0)]
    : inputs[0].shape;
  const shape = shapes(network, whole);
  const values: (Exported | undefined)[] = [
    joined ? undefined : { name: inputs[0].name, shape: whole },
  ];
  const read = (v: number): Exported =>
    v > 0 ? values[v]! : (values[0] ??= joinedInputs(inputs, whole, draft));
  const titles = titlesOf(network, specs);
  for (const [k, node] of network.nodes.entries()) {
    const spec = specs[k];
    draft.begin(`${spec.type}_${k}`);
    const to = shape[k + 1];
    const given = joined && node.inputs[0] === 0 ? inputOf(inputs, spec) : undefined;
    if (given) {
      values.push({ name: draft.writing.shaped(given, to), shape: to });
      continue;
    }
    const own: Exporting = {
      ...draft.writing,
      inputs: node.inputs.map(read),
      to,
      ...weightsOf(node, theta, titles.get(node.offset) ?? "", draft),
    };
    const found = (exporters[spec.type] as Exporter<LayerTypeName>)(own, spec as never);
    values.push({ ...(typeof found === "string" ? { name: found } : found), shape: to });
  }
  return values[values.length - 1]!;
}

/** The input that a slice of the flat sample is. */
function inputOf(inputs: readonly NetworkInput[], spec: LayerSpec): NetworkInput | undefined {
  if (spec.type !== "slice") return undefined;
  const { start, features, objects } = spec.group;
  return inputs.find((own) => own.start === start && size(own.shape) === features * objects);
}

/** All inputs as one row, for layers that read something else of it than one of them. */
function joinedInputs(
  inputs: readonly NetworkInput[],
  whole: Shape,
  { writing }: Drafted,
): Exported {
  const rows = inputs.map((own) => writing.shaped(own, [size(own.shape)]));
  const name = rows.length === 1 ? rows[0] : writing.put("Concat", rows, { axis: { int: 1 } });
  return { name, shape: whole };
}

/** What weights are called: by the first node that has them. */
function titlesOf(network: Network, specs: readonly LayerSpec[]): Map<number | undefined, string> {
  const titles = new Map<number | undefined, string>();
  network.nodes.forEach(({ offset }, k) => {
    if (!titles.has(offset)) titles.set(offset, `${specs[k].type}_${k}`);
  });
  return titles;
}

function weightsOf(
  { layer, offset = 0 }: NetworkNode,
  theta: Float64Array,
  title: string,
  { writing }: Drafted,
): Pick<Exporting, "parameter" | "part"> {
  const roles = parametersOf(layer);
  const numbers = (role: number): Float64Array => {
    const start = roles.slice(0, role).reduce((sum, { shape }) => sum + size(shape), offset);
    return theta.subarray(start, start + size(roles[role].shape));
  };
  const named = (role: number): string => `${title}.${roles[role].role}`;
  return {
    parameter: (role, shape = roles[role].shape) =>
      writing.weights(named(role), shape, numbers(role)),
    part(role, mark, shape, places) {
      const own = numbers(role);
      const values = Float64Array.from(places, (p) => own[p]);
      return writing.weights(`${named(role)}[${mark}]`, shape, values);
    },
  };
}

const LARGEST_SINGLE = 3.4028234663852886e38;

/** @throws ConfigError naming all that cannot be written */
function specsOf(network: Network, theta: Float64Array, caller: string): LayerSpec[] {
  const faults: string[] = [];
  const large = theta.findIndex((value) => Math.abs(value) > LARGEST_SINGLE);
  if (large >= 0) faults.push(`entry ${large} of θ is ${theta[large]}, beyond single precision`);
  const specs = network.nodes.map(({ layer }, node) => {
    const spec = specOf(layer);
    if (!spec)
      faults.push(
        `node ${node}, ${layer.name}: was made or changed by hand, so that nobody knows what it computes. Use a layer of this library as it is`,
      );
    return spec!;
  });
  if (faults.length === 0) return specs;
  throw new ConfigError(
    `${caller}: ONNX cannot express ${faults.length} thing(s) of ${network.name}. ${faults.join(". ")}.`,
    { faults },
  );
}
