import type { Shape } from "../../../../core/tensor.js";
import {
  bytes,
  float,
  floatBytes,
  integer,
  integerBytes,
  joined,
  text,
  type Part,
} from "./wireOut.js";

/** Kinds of numbers by onnx.proto. */
export const numberKinds = { float32: 1, int64: 7, bool: 9 } as const;

/** Settings of a node: whole numbers, numbers of single precision, texts, lists, numbers. */
export type Settings = Readonly<Record<string, Setting>>;
type Setting =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  | { readonly tensor: Part };

/** The messages of ONNX that a writer needs; numbers of fields as in `messages.ts`. */
export function nodeMessage(
  operator: string,
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
  settings: Settings,
): Part {
  return bytes(
    1,
    ...inputs.map((own) => text(1, own)),
    ...outputs.map((own) => text(2, own)),
    text(3, name),
    text(4, operator),
    ...Object.entries(settings).map(([key, value]) => bytes(5, text(1, key), ...held(value))),
  );
}

/** The value of an attribute, and the number of its kind. */
function held(value: Setting): Part[] {
  if ("int" in value) return [integer(3, value.int), integer(20, 2)];
  if ("float" in value) return [float(2, value.float), integer(20, 1)];
  if ("text" in value) return [text(4, value.text), integer(20, 3)];
  if ("tensor" in value) return [bytes(5, value.tensor), integer(20, 4)];
  return [...value.ints.map((own) => integer(8, own)), integer(20, 7)];
}

/** Numbers under a shape. */
export function tensorMessage(
  name: string,
  shape: Shape,
  kind: "float32" | "int64",
  values: ArrayLike<number>,
): Part {
  const raw = kind === "float32" ? floatBytes(values) : integerBytes(values);
  return joined(
    ...shape.map((extent) => integer(1, extent)),
    integer(2, numberKinds[kind]),
    text(8, name),
    bytes(9, raw),
  );
}

/** An input or an output of the graph: samples of a shape, as many as there are. */
export function valueMessage(role: 11 | 12, name: string, shape: Shape): Part {
  const dims = ["N", ...shape].map((extent) =>
    bytes(1, typeof extent === "string" ? text(2, extent) : integer(1, extent)),
  );
  return bytes(
    role,
    text(1, name),
    bytes(2, bytes(1, integer(1, numberKinds.float32), bytes(2, ...dims))),
  );
}

/** A file with a graph. */
export const modelMessage = (name: string, opset: number, graph: readonly Part[]): Part =>
  joined(
    integer(1, opset < 20 ? 8 : 9),
    text(2, "phaselens"),
    bytes(7, ...graph, text(2, name)),
    bytes(8, text(1, ""), integer(2, opset)),
  );
