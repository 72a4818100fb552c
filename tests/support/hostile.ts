import fc from "fast-check";
import { core } from "phaselens";
import { expect } from "vitest";

/** PHASELENS_FUZZ_SEED and PHASELENS_FUZZ_RUNS search further than the suite does. */
const SEED = Number(process.env.PHASELENS_FUZZ_SEED ?? 2026);
/**
 * Runs of each property: many where a parser works in memory, fewer where each run writes files.
 */
export const RUNS = Number(process.env.PHASELENS_FUZZ_RUNS ?? 300);
/** Of one call, ms: small inputs take a few, so this is for machines that are busy. */
export const PATIENCE = 3000;
/** What one call may let the process grow by, bytes, while inputs are some kilobytes. */
const GROWTH = 200 * 2 ** 20;

/**
 * Calls a parser with something hostile. It may succeed or refuse with an error of the library,
 * soon and in little memory; anything else is thrown on: a TypeError of its own code, an allocation
 * before a check, a loop that ends too late, a changed Object.prototype.
 */
export async function survives(parse: () => unknown): Promise<"read" | "refused"> {
  const begun = performance.now();
  const memory = process.memoryUsage().arrayBuffers;
  let outcome: "read" | "refused" = "read";
  try {
    await parse();
  } catch (error) {
    if (!(error instanceof core.PhaselensError)) throw error;
    expect(error.message.length).toBeLessThan(20_000);
    outcome = "refused";
  }
  expect(performance.now() - begun, "milliseconds").toBeLessThan(PATIENCE);
  expect(process.memoryUsage().arrayBuffers - memory, "bytes of arrays").toBeLessThan(GROWTH);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  return outcome;
}

const extremes = [
  0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

type Edit = {
  readonly kind: "set" | "word" | "cut" | "insert" | "repeat";
  readonly at: number;
  readonly value: number;
  readonly length: number;
};
const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom("set", "set", "word", "word", "cut", "insert", "repeat"),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  value: fc.oneof(fc.constantFrom(...extremes), fc.nat(0xffffffff)),
  length: fc.integer({ min: 1, max: 64 }),
});

/** Bytes that begin as those of a sound file, with a few places changed, cut, doubled or filled. */
export function damaged(sound: Uint8Array): fc.Arbitrary<Buffer> {
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => {
    let bytes = Buffer.from(sound);
    for (const { kind, at, value, length } of edits) {
      const p = Math.min(bytes.length - 1, Math.floor(at * bytes.length));
      if (p < 0) break;
      if (kind === "set") bytes[p] = value & 0xff;
      else if (kind === "word") {
        for (let k = 0; k < 4 && p + k < bytes.length; k++)
          bytes[p + k] = (value >>> (8 * (value & 1 ? k : 3 - k))) & 0xff;
      } else if (kind === "cut")
        bytes = Buffer.concat([
          bytes.subarray(0, p),
          length > 48 ? Buffer.alloc(0) : bytes.subarray(p + length),
        ]);
      else if (kind === "insert")
        bytes = Buffer.concat([
          bytes.subarray(0, p),
          Buffer.alloc(length, value & 0xff),
          bytes.subarray(p),
        ]);
      else bytes = Buffer.concat([bytes.subarray(0, p + length), bytes.subarray(p)]);
    }
    return bytes;
  });
}

/** Bytes of anything, sometimes with the right beginning. */
export const randomBytes = (magic: Uint8Array = new Uint8Array()): fc.Arbitrary<Buffer> =>
  fc
    .tuple(fc.boolean(), fc.uint8Array({ maxLength: 300 }))
    .map(([begun, rest]) => Buffer.concat([begun ? magic : Buffer.alloc(0), rest]));

/** Values that a file should not hold where it holds something else. */
const nasty: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  0.5,
  2,
  3,
  1e9,
  1e12,
  1e308,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  "",
  "0",
  "../../etc/passwd",
  "/etc/passwd",
  "a\0b",
  "..",
  "__proto__",
  "constructor",
  "toString",
  "relu",
  "dense(1e9→1e9)",
  "dense(99999→99999)",
  "é∞\uD800",
  [],
  {},
  [[]],
  [null],
  [1, 2, 3],
  [1e12, 1e12],
  { length: 1e9 },
];

/**
 * The text of a JSON value in which a few places hold something else, are missing, doubled, or have
 * a key `__proto__` beside them.
 */
export function damagedJson(sound: unknown): fc.Arbitrary<string> {
  const change = fc.record({
    at: fc.nat(100_000),
    kind: fc.constantFrom("replace", "replace", "replace", "remove", "double", "pollute"),
    value: fc.oneof(fc.constantFrom(...nasty), fc.jsonValue()),
  });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const root = { whole: structuredClone(sound) };
    for (const { at, kind, value: shared } of changes) {
      const value = structuredClone(shared); // the same one may go to several places
      const places = placesIn(root);
      const [owner, key] = places[at % places.length];
      const holder = owner as Record<string, unknown>;
      if (kind === "replace") holder[key] = value;
      else if (kind === "remove" && key !== "whole") delete holder[key];
      else if (kind === "double" && Array.isArray(owner)) owner.push(structuredClone(holder[key]));
      else if (
        kind === "pollute" &&
        typeof holder[key] === "object" &&
        holder[key] !== null &&
        !Array.isArray(holder[key])
      ) {
        Object.defineProperty(holder[key], "__proto__", {
          value: { polluted: value },
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
    }
    return JSON.stringify(root.whole) ?? "";
  });
}

function placesIn(value: unknown): [object, string][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): [object, string][] => [
    [value, key],
    ...placesIn(inner),
  ]);
}

/** Holds a property that waits, with the runs and the seed of this suite. */
export function always<T>(
  arbitrary: fc.Arbitrary<T>,
  check: (value: T) => Promise<unknown>,
  runs: number = RUNS,
): Promise<void> {
  const property = fc.asyncProperty(arbitrary, async (value) => {
    await check(value);
  });
  return fc.assert(property, { numRuns: runs, seed: SEED, interruptAfterTimeLimit: 50_000 });
}
