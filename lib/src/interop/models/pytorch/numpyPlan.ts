import { numberTypes, type NumberTypeName } from "../../../core/files/numberTypes.js";
import { size } from "../../../core/tensor.js";
import { areWhole, isCall, isList, type PickleCall, type PickleValue } from "./pickleValue.js";
import type { Damage, Refusal, TensorPlan } from "./plannedTensor.js";

const letters: Readonly<Record<string, NumberTypeName>> = {
  f8: "float64",
  f4: "float32",
  f2: "float16",
  i8: "int64",
  i4: "int32",
  i2: "int16",
  i1: "int8",
  u8: "uint64",
  u4: "uint32",
  u2: "uint16",
  u1: "uint8",
  b1: "bool",
};

/**
 * The numbers of an array of NumPy, which stand in the pickle itself: `_reconstruct(…)` with the
 * state (version, shape, type, Fortran order, bytes), of protocol 5 `_frombuffer(bytes, type,
 * shape, order)`. Undefined for anything else.
 */
export function numpyPlan(own: PickleCall): TensorPlan | Refusal | Damage | undefined {
  const [, name] = /^numpy\.(?:core|_core)\.(?:multiarray|numeric) (\w+)$/.exec(own.call) ?? [];
  if (name === "_frombuffer") {
    const [content, type, shape, order] = own.args;
    return planOf(content, type, shape, order === "F");
  }
  if (name !== "_reconstruct" || own.state === undefined) return undefined;
  const [, shape, type, fortran, content] = isList(own.state) ? own.state : [];
  return planOf(content, type, shape, fortran === true);
}

type Part = PickleValue | undefined;

function planOf(
  content: Part,
  type: Part,
  shape: Part,
  fortran: boolean,
): TensorPlan | Refusal | Damage {
  if (!areWhole(shape)) return { damaged: "is no plain array of NumPy" };
  const found = elementType(type);
  if (!found) {
    return { refused: "is an array of NumPy without plain numbers. Save its numbers as a tensor" };
  }
  const bytes = bytesOf(content);
  if (bytes?.length !== size(shape) * numberTypes[found.type].bytes) {
    return { damaged: "is an array of NumPy without its bytes" };
  }
  const strides = stridesOf(shape, fortran);
  return { storage: bytes, ...found, offset: 0, shape, strides, negative: false };
}

function elementType(
  type: PickleValue | undefined,
): { readonly type: NumberTypeName; readonly little: boolean } | undefined {
  if (!isCall(type) || type.call !== "numpy dtype") return undefined;
  const [letter] = type.args;
  if (typeof letter !== "string" || !Object.hasOwn(letters, letter)) return undefined;
  return { type: letters[letter], little: !(isList(type.state) && type.state[1] === ">") };
}

/**
 * For protocol 2 Python 3 writes bytes as a text of the letters 0 to 255. What Python 2 wrote is
 * read as a text where it is one.
 */
function bytesOf(content: PickleValue | undefined): Uint8Array | undefined {
  if (content instanceof Uint8Array) return content;
  if (typeof content === "string") return Buffer.from(content, "utf8");
  if (!isCall(content) || content.call !== "_codecs encode") return undefined;
  const [text, coding] = content.args;
  return typeof text === "string" && coding === "latin1" ? Buffer.from(text, "latin1") : undefined;
}

function stridesOf(shape: readonly number[], fortran: boolean): number[] {
  return shape.map((_, axis) => size(fortran ? shape.slice(0, axis) : shape.slice(axis + 1)));
}
