import { makeRng } from "phaselens/core";

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  evaluateLength,
  parseSignature,
  type ElementType,
} from "../../lib/dist/kernels/signature.js";
import { networkTable } from "../../lib/dist/kernels/networkTable.js";
import { table as own } from "../../lib/dist/kernels/table.js";
import { bothPrecisions } from "../../lib/dist/kernels/bothPrecisions.js";
import * as twins from "../../lib/dist/kernels/twins/index.js";
import { expectAllClose, relativeToMaximum } from "../support/allclose.js";
import { examples, type Example } from "./examples.js";
import { relaxedSimd } from "phaselens/internal/core/native/fused";
import { makeArena, wasmAvailable, type Arena } from "phaselens/internal/kernels/arena";
import { type Kernels } from "phaselens/internal/kernels/kernels";

const table = { ...own, ...networkTable };
type Name = keyof Kernels;
const names = Object.keys(table) as Name[];
/** A kernel of both precisions has one twin, and examples that hold for both. */
const nameOfBoth = (name: Name): Name =>
  (name in twins ? name : name.replace("double", "single")) as Name;
const twinOf = (name: Name): object => twins[nameOfBoth(name) as keyof typeof twins] as object;
const examplesOf = (name: Name): readonly Example[] => {
  const own: readonly Example[] = examples[nameOfBoth(name) as keyof typeof examples];
  return name in twins ? own : own.map((one) => ({ ...one, tolerance: 1e-12 }));
};
/** Entries behind each array. Whoever reads them gets NaN, whoever writes them is found out. */
const GUARD = 16;
const guardOf = { f64: NaN, f32: NaN, i32: -0x7654321 } as const;

interface Placed {
  readonly name: string;
  readonly view: ElementType;
  readonly at: number;
  readonly length: number;
}

/** The arrays of a kernel's row and those that the example adds, placed in an arena. */
function place(arena: Arena, name: Name, { numbers, lengths, further = {} }: Example): Placed[] {
  const own = parseSignature(table[name]).args.flatMap(({ name: array, type, length }) => {
    if (length === undefined) return [];
    const entries = length === "" ? lengths?.[array] : evaluateLength(length, numbers);
    if (entries === undefined) throw new Error(`${name}: the example lacks the length of ${array}`);
    return [{ name: array, view: type, length: entries }];
  });
  const others = Object.entries(further).map(([array, length]) => ({
    name: array,
    view: "f64" as const,
    length,
  }));
  const take = {
    f64: (count: number) => arena.doubles(count),
    f32: (count: number) => arena.floats(count),
    i32: (count: number) => arena.integers(count),
  };
  return [...own, ...others].map((one) => ({ ...one, at: take[one.view](one.length + GUARD) }));
}

function fill(arena: Arena, arrays: readonly Placed[], name: Name, example: Example): void {
  const offsets = Object.fromEntries(arrays.map(({ name: array, at }) => [array, at]));
  const lists = example.lists?.(offsets) ?? {};
  for (const { name: array, view, at, length } of arrays) {
    const rng = makeRng(1, `${name}/${array}`);
    const value = example.values?.[array] ?? ((_: number, normal: number) => normal);
    for (let k = 0; k < length; k++) {
      arena[view][at + k] = view === "i32" ? (lists[array]?.[k] ?? 0) : value(k, rng.normal());
    }
    arena[view].fill(guardOf[view], at + length, at + length + GUARD);
  }
}

/** What a call leaves behind. */
function called(name: Name, example: Example, backend: "auto" | "typescript") {
  // so large that it shares its memory with no other: offsets are the same in both kinds
  const arena = makeArena({ doubles: 40_000, integers: 2000 }, backend);
  const arrays = place(arena, name, example);
  fill(arena, arrays, name, example);
  const before = arena.i32.slice();
  const args = parseSignature(table[name]).args.map(({ name: own, length }) =>
    length === undefined ? example.numbers[own] : arrays.find((one) => one.name === own)!.at,
  );
  const result = (arena[name] as (...all: number[]) => number | undefined)(...args);
  const after = arrays.map(({ name: array, view, at, length }) => ({
    name: array,
    view,
    values: arena[view].slice(at, at + (example.meant?.[array] ?? length)),
    guard: arena[view].slice(at + length, at + length + GUARD),
  }));
  const changed = before.some((value, k) => value !== arena.i32[k]);
  return { backend: arena.backend, result, arrays: after, changed };
}

/** Parameters of a function as it was written, the memory apart. */
const parametersOf = (twin: object): string[] =>
  /\(([^)]*)\)/
    .exec(String(twin))![1]
    .replace(/^\s*(\{[^}]*\}|\w+),/, "")
    .split(",")
    .map((word) => word.replace(/=.*/s, "").trim());
/** Arguments that the twin does not need: what the compiled kernel leaves there is nobody's. */
const unusedBy = (twin: object): string[] =>
  parametersOf(twin)
    .filter((own) => own.startsWith("_"))
    .map((own) => own.slice(1));

describe("the table of kernels", () => {
  it("has an example of each", () => {
    expect(Object.keys(examples).sort()).toEqual([...new Set(names.map(nameOfBoth))].sort());
  });

  it("has a row for each twin", () => {
    const functions = Object.entries(twins).filter(([, one]) => typeof one === "function");
    expect(functions.map(([name]) => name).sort()).toEqual(
      [...new Set(names.map(nameOfBoth))].sort(),
    );
  });

  it("has in both precisions what is said to be", () => {
    const double = names.filter((name) => name.startsWith("double") && !(name in twins));
    expect(bothPrecisions.map((name) => `double${name}`).sort()).toEqual(double.sort());
  });

  it.each(names)("names the arguments of %s as its twin does", (name) => {
    const own = parametersOf(twinOf(name)).map((word) => word.replace(/^_/, ""));
    expect(own).toEqual(parseSignature(table[name]).args.map((one) => one.name));
  });
});

const calls = names.flatMap((name) =>
  examplesOf(name).map((example, k) => [name, k, example] as const),
);

/** How compiled kernels round: PHASELENS_FMA. */
const roundings = relaxedSimd() ? ["off", "on"] : ["off"];

describe.skipIf(!wasmAvailable()).each(roundings)(
  "compiled and plain kernels leave the same numbers, fused products %s",
  (fma) => {
    beforeAll(() => void (process.env.PHASELENS_FMA = fma));
    afterAll(() => void (process.env.PHASELENS_FMA = "off"));
    it.each(calls)("%s, example %i, and nothing outside of its arrays", (name, _k, example) => {
      const fast = called(name, example, "auto");
      const slow = called(name, example, "typescript");
      expect([fast.backend, slow.backend]).toEqual(["wasm", "typescript"]);
      expect(fast.changed || fast.result !== undefined, "it does something").toBe(true);
      const unused = unusedBy(twinOf(name));
      fast.arrays.forEach(({ name: array, view, values, guard }, k) => {
        for (const entry of [...guard, ...slow.arrays[k].guard]) {
          expect(entry, `behind ${array}`).toBe(guardOf[view]);
        }
        if (values.length === 0 || unused.includes(array)) return;
        const expected = slow.arrays[k].values;
        const tolerance = example.tolerance ?? { f64: 1e-11, f32: 2e-6, i32: 0 }[view];
        if (tolerance === 0) expect(values, array).toEqual(expected);
        else expect(relativeToMaximum(values, expected), array).toBeLessThan(tolerance);
      });
      if (slow.result === undefined) expect(fast.result).toBeUndefined();
      else expectAllClose([fast.result!], [slow.result], { rtol: 1e-11 });
    });
  },
);
