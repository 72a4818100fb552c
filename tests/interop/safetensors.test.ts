import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError, DataError } from "phaselens/core";
import { readTensors } from "phaselens/interop";
import { afterAll, describe, expect, it } from "vitest";
import { always, damaged, survives } from "../support/hostile.js";
import { refusal } from "../support/refusal.js";

const folder = mkdtempSync(join(tmpdir(), "safetensors-"));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (bytes: Uint8Array): string => {
  writeFileSync(join(folder, "a.safetensors"), bytes);
  return join(folder, "a.safetensors");
};

type Listed = readonly [
  name: string,
  shape: readonly number[],
  numbers: readonly (number | string)[],
];
const fixture = fileURLToPath(new URL("fixtures/safetensors.json", import.meta.url));
/** What the package wrote, see make_safetensors.py. */
const { cases } = JSON.parse(readFileSync(fixture, "utf8")) as {
  readonly cases: Readonly<
    Record<string, { readonly file: string; readonly tensors: readonly Listed[] }>
  >;
};
const bytesOf = (name: string): Buffer => Buffer.from(cases[name].file, "base64");
const infinities: Readonly<Record<string, number>> = { inf: Infinity, "-inf": -Infinity, nan: NaN };

/** A file of this list and so many bytes of numbers. */
function made(header: object | string, numbers: number, length_?: bigint): Buffer {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(length_ ?? BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(numbers)]);
}
const refused = (bytes: Uint8Array): string =>
  refusal(DataError, () => readTensors(write(bytes))).message;

describe("a safetensors file", () => {
  it.each(Object.keys(cases))("of %s has the names, shapes and numbers of the package", (name) => {
    const tensors = readTensors(write(bytesOf(name)));
    expect(Object.keys(tensors).sort()).toEqual(cases[name].tensors.map(([own]) => own).sort());
    for (const [own, shape, numbers] of cases[name].tensors) {
      const wanted = Float64Array.from(numbers, (x) => (typeof x === "string" ? infinities[x] : x));
      expect(tensors[own], own).toEqual({ shape, data: wanted });
    }
  });

  it("reads what it can and refuses the rest by name", () => {
    const path = write(bytesOf("strange"));
    const leftOut: Record<string, string> = {};
    const tensors = readTensors(path, { onLeftOut: (name, why) => (leftOut[name] = why) });
    expect(leftOut.c).toBe('"c" is of type "C64", which is not read. Save it as float32.');
    expect(leftOut.large).toContain("9007199254740993, beyond the integers a double holds exactly");
    expect(refusal(DataError, () => tensors.c).message).toBe(`${path}: ${leftOut.c}`);
    expect(readTensors(path, { integers: "rounded" }).large.data[0]).toBe(2 ** 53);
  });

  it("has parts by the beginning of their names", () => {
    const path = write(bytesOf("shapes"));
    expect(Object.keys(readTensors(path, { inside: "of.a" }))).toEqual(["matrix"]);
    expect(refusal(ConfigError, () => readTensors(path, { inside: "model" })).message).toBe(
      `${path}: has no "model" in it, but "of". Name one of these as inside, or leave it out.`,
    );
  });

  it("that is cut anywhere is called truncated", () => {
    const whole = bytesOf("every type");
    for (let length = 40; length < whole.length; length += 7) {
      expect(refused(whole.subarray(0, length))).toContain("truncated");
    }
  });

  it("that claims a list of gigabytes is refused before it is read", () => {
    expect(refused(made({}, 0, 2n ** 39n - 1n))).toContain("its list of tensors at 549755813895");
  });

  const float = (extent: number, begin: number, end: number): object => ({
    dtype: "F32",
    shape: [extent],
    data_offsets: [begin, end],
  });
  it.each([
    ["overlap", { a: float(2, 0, 8), b: float(1, 4, 8) }, 8, '"b" of shape [1] is at bytes 4 to 8'],
    ["leave a gap", { a: float(1, 4, 8) }, 8, "where it does not fit"],
    ["are shorter than their shape", { a: float(3, 0, 8) }, 8, "where it does not fit"],
    ["reach beyond the end", { a: float(4, 0, 16) }, 8, "is at bytes 0 to 16 of 8"],
    ["do not fill the file", { a: float(2, 0, 8) }, 9, "holds 9 bytes of numbers"],
    [
      "have shapes beyond measure",
      { a: { dtype: "U8", shape: [2 ** 40, 2 ** 40], data_offsets: [0, 8] } },
      8,
      "where it does not fit",
    ],
    ["have no shape", { a: { dtype: "U8", data_offsets: [0, 8] } }, 8, '"a", shape: '],
    ["are none", {}, 0, "holds no tensors that can be read"],
  ])("whose tensors %s is refused", (_, header, numbers, message) => {
    expect(refused(made(header, numbers))).toContain(message);
  });

  it("whose list is no JSON says so", () => {
    expect(refused(made('{"a": ', 0))).toContain("its list of tensors is no JSON");
  });

  it("that is damaged is read or refused", async () => {
    const some = damaged(bytesOf("every type"));
    await always(some, (bytes) => survives(() => readTensors(write(bytes))));
  });
});
