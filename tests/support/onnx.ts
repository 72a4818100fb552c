import type { Tensor } from "phaselens/core";

/** What a model puts out, of the outputs of its network: the function at its end put back. */
export function probabilities(
  output: "softmax" | "sigmoid" | "linear",
  { shape: [n, count], data }: Tensor,
): Float64Array {
  if (output === "linear") return data;
  if (output === "sigmoid") return data.map((y) => 1 / (1 + Math.exp(-y)));
  return Float64Array.from({ length: n * count }, (_, p) => {
    const row = data.subarray(p - (p % count), p - (p % count) + count);
    const largest = Math.max(...row);
    return Math.exp(data[p] - largest) / row.reduce((sum, y) => sum + Math.exp(y - largest), 0);
  });
}

/** A field of a protocol buffer: a whole number as a varint, bytes and texts with their length. */
export function field(number: number, value: number | string | Uint8Array): Uint8Array {
  if (typeof value === "number") return Uint8Array.from([...varint(number * 8), ...varint(value)]);
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return Uint8Array.from([...varint(number * 8 + 2), ...varint(bytes.length), ...bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
  return [...bytes, Number(left)];
}

export const message = (...fields: readonly Uint8Array[]): Uint8Array => Buffer.concat(fields);

/** A node: names of what it reads and writes, with attributes as fields. */
export const node = (
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  ...more: readonly Uint8Array[]
): Uint8Array =>
  field(
    1,
    message(
      ...inputs.map((name) => field(1, name)),
      ...outputs.map((name) => field(2, name)),
      field(3, `${outputs[0]}-node`),
      field(4, operator),
      ...more,
    ),
  );

/** An input or output (11, 12) of float32 with extents, or the names of open ones. */
export const value = (
  role: 11 | 12,
  name: string,
  extents: readonly (number | string)[],
): Uint8Array => {
  const dims = extents.map((e) => field(1, typeof e === "number" ? field(1, e) : field(2, e)));
  const tensor = message(field(1, 1), field(2, message(...dims)));
  return field(role, message(field(1, name), field(2, field(1, tensor))));
};

/** An initialiser. @param held  what holds its numbers, as fields of a tensor */
export const initialiser = (
  name: string,
  dims: readonly number[],
  type: number,
  ...held: readonly Uint8Array[]
): Uint8Array =>
  field(5, message(...dims.map((e) => field(1, e)), field(2, type), field(8, name), ...held));

/** A file with a graph of such parts. */
export const modelOf = (parts: readonly Uint8Array[], opset = 17): Uint8Array =>
  message(
    field(1, 8),
    field(7, message(...parts)),
    field(8, message(field(1, ""), field(2, opset))),
  );
