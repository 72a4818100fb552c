import { describe, expect, it } from "vitest";
import { row, takeRows, tensor, type Tensor } from "phaselens/core";
import { takers } from "./takers.js";
import { nnEntries } from "./nn.js";
import { hessianEntries } from "./hessian.js";
import { explainedByProducts, forestOfClasses, modelEntries } from "./models.js";
import { cases, type Entry, type Found } from "./cases.js";

/** Every public function that is given samples, by what weights do to it. */
const entries: Readonly<Record<string, Entry>> = {
  ...nnEntries,
  ...hessianEntries,
  ...modelEntries,
};

describe("weights of samples", () => {
  it("are known to every public function that takes samples", () => {
    const found = takers();
    const named = found.map(({ name }) => name);
    expect(named.filter((name) => !(name in entries))).toEqual([]);
    expect(Object.keys(entries).filter((name) => !named.includes(name))).toEqual([]);
    expect(found.filter(({ without }) => without.length > 0)).toEqual([]);
  });

  const ways = {
    ...entries,
    "report.explain, by products": explainedByProducts,
    "forest.randomForest, of classes": forestOfClasses,
  };
  for (const [name, entry] of Object.entries(ways)) {
    if (typeof entry === "string") continue;
    describe(name, () => {
      for (const [problem, { samples, ...fixed }] of Object.entries(cases(entry))) {
        const n = samples.x.shape[0];
        const of = (weights: readonly number[] | undefined, rows: readonly number[]): unknown =>
          entry.of({
            ...fixed,
            samples: {
              x: takeRows(samples.x, rows),
              target: takeRows(samples.target, rows),
              ...(weights && { weights }),
            },
          });
        const all = Array.from({ length: n }, (_, r) => r);

        it(`takes a sample of weight 0 for one that is not there: ${problem}`, async () => {
          const left = all.filter((r) => r !== 1 && r !== n - 1);
          for (const own of [() => 1, (r: number) => [0.7, 2, 1.3][r % 3]]) {
            const weights = all.map((r) => (left.includes(r) ? own(r) : 0));
            const withZeros = await (of(weights, all) as Promise<Found>);
            const without = await (of(left.map(own), left) as Promise<Found>);
            same(withZeros.whole, without.whole, entry.rounds);
            if (!withZeros.rows) continue;
            const kept = takeRows(withZeros.rows, left);
            same(Array.from(kept.data), Array.from(without.rows!.data), entry.rounds);
          }
        });

        it(`takes equal weights for none: ${problem}`, async () => {
          const weighted = await (of(
            all.map(() => 3),
            all,
          ) as Promise<Found>);
          const plain = await (of(undefined, all) as Promise<Found>);
          same(weighted.whole, plain.whole, entry.rounds);
          expect(weighted.rows).toEqual(plain.rows);
        });

        it.skipIf(entry.drawn !== undefined)(
          `takes a sample of weight 2 for two: ${problem}`,
          async () => {
            const times = all.map((r) => [1, 2, 1, 3, 1][r % 5]);
            const repeated = all.flatMap((r) => Array<number>(times[r]).fill(r));
            const weighted = await (of(times, all) as Promise<Found>);
            const copies = await (of(undefined, repeated) as Promise<Found>);
            closeTo(weighted.whole, copies.whole);
            if (weighted.rows && copies.rows)
              closeTo(
                Array.from(weighted.rows.data),
                Array.from(joined(copies.rows, repeated, n, entry.additive ?? false).data),
              );
          },
        );
      }
    });
  }
});

/** To the last bit, or up to rounding. */
function same(found: readonly number[], expected: readonly number[], rounds = false): void {
  if (rounds) closeTo(found, expected, 1e-13);
  else expect(found).toEqual(expected);
}

function closeTo(found: readonly number[], expected: readonly number[], tolerance = 1e-9): void {
  expect(found.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs), 1e-300);
  found.forEach((value, k) => {
    expect(Math.abs(value - expected[k]) / scale).toBeLessThan(tolerance);
  });
}

/** Rows of copies as one: their sum, or each of them alike. */
function joined(rows: Tensor, from: readonly number[], n: number, additive: boolean): Tensor {
  const all = tensor([n, rows.data.length / from.length]);
  from.forEach((r, k) => {
    const own = row(all, r);
    row(rows, k).forEach((value, p) => (own[p] = additive ? own[p] + value : value));
  });
  return all;
}
