import { size, type Shape } from "../../../../core/tensor.js";
import { nodeMessage, numberKinds, tensorMessage, type Settings } from "./messagesOut.js";
import { bytes, type Part } from "./wireOut.js";

/** A value of the network in the graph. */
export interface Exported {
  readonly name: string;
  /** Of one sample; in the graph the batch stands before it. */
  readonly shape: Shape;
  /** Of places that a choice found: their name as whole numbers, and what all are below. */
  readonly places?: { readonly name: string; readonly below: number };
  /** Whether a Pad made it. */
  readonly padded?: true;
}

/** A graph of ONNX on its way. */
export interface Writing {
  readonly opset: number;
  /** Adds a node; its outputs have its name. @returns the first of them */
  put(operator: string, inputs: readonly string[], settings?: Settings): string;
  /** The same of a node with so many outputs. */
  putAll(
    operator: string,
    inputs: readonly string[],
    settings: Settings,
    outputs: number,
  ): readonly string[];
  /** Given numbers of single precision: a constant, which a reader does not take for weights. */
  floats(values: ArrayLike<number>, shape: Shape): string;
  /** Whole numbers in a list. */
  ints(values: readonly number[]): string;
  /** Weights: numbers of θ under a name. */
  weights(name: string, shape: Shape, values: Float64Array): string;
  /** A value under another shape of samples. */
  shaped(value: Exported, shape: Shape): string;
  /** A value with axes of extent 1 in front, so that it broadcasts to so many. */
  aligned(value: Exported, axes: number): string;
  /** What depends on no input, [1, …shape], repeated for each sample. */
  repeated(name: string, shape: Shape): string;
}

/** The parts of a graph in the making: what stands in the file, in order. */
export interface Drafted {
  readonly writing: Writing;
  /** Says what nodes are called from now on. */
  begin(title: string): void;
  /** The last node, whose output has a name of its own. */
  end(operator: string, input: string, name: string, settings?: Settings): void;
  readonly nodes: readonly Part[];
  readonly tensors: readonly Part[];
}

/** @param reserved  names of the inputs and of the output; the first has the batch */
export function drafted(opset: number, reserved: readonly string[]): Drafted {
  const [nodes, tensors] = [[] as Part[], [] as Part[]];
  const taken = new Set(reserved);
  const made = new Map<string, string>();
  let title = "";
  const named = (operator: string): string => {
    const plain = `${title}/${operator}`;
    let own = plain;
    for (let k = 1; taken.has(own); k++) own = `${plain}_${k}`;
    taken.add(own);
    return own;
  };
  const putAll: Writing["putAll"] = (operator, inputs, settings, outputs) => {
    const name = named(operator);
    const all = Array.from({ length: outputs }, (_, k) => (k === 0 ? name : `${name}:${k}`));
    nodes.push(nodeMessage(operator, name, inputs, all, settings));
    return all;
  };
  const put: Writing["put"] = (operator, inputs, settings = {}) =>
    putAll(operator, inputs, settings, 1)[0];
  /** Once each, for all that ask for it. */
  const once = (key: string, make: () => string): string => {
    const known = made.get(key) ?? make();
    made.set(key, known);
    return known;
  };
  const constant = (kind: "float32" | "int64", values: ArrayLike<number>, shape: Shape): string =>
    put("Constant", [], { value: { tensor: tensorMessage("", shape, kind, values) } });
  const ints: Writing["ints"] = (values) =>
    once(`int64 ${values.join()}`, () => constant("int64", values, [values.length]));
  const shaped: Writing["shaped"] = ({ name, shape }, to) =>
    shape.join() === to.join() ? name : put("Reshape", [name, ints([0, ...to])]);
  return {
    nodes,
    tensors,
    begin: (own) => void (title = own),
    end: (operator, input, name, settings = {}) =>
      void nodes.push(nodeMessage(operator, name, [input], [name], settings)),
    writing: {
      opset,
      put,
      putAll,
      ints,
      shaped,
      floats: (values, shape) =>
        size(shape) > 16
          ? constant("float32", values, shape)
          : once(`float32 [${shape.join()}] ${Array.from(values, String).join()}`, () =>
              constant("float32", values, shape),
            ),
      weights: (name, shape, values) =>
        once(`weights ${name}`, () => {
          tensors.push(bytes(5, tensorMessage(name, shape, "float32", values)));
          return name;
        }),
      aligned: (value, axes) =>
        shaped(value, [...Array<number>(axes - value.shape.length).fill(1), ...value.shape]),
      repeated(name, shape) {
        const batch = once("batch", () =>
          put("Gather", [put("Shape", [reserved[0]]), ints([0])], { axis: { int: 0 } }),
        );
        return put("Expand", [name, put("Concat", [batch, ints(shape)], { axis: { int: 0 } })]);
      },
    },
  };
}

/** Settings of a cast. */
export const castTo = (kind: keyof typeof numberKinds): Settings => ({
  to: { int: numberKinds[kind] },
});
