import fc from "fast-check";
import { makeRng, type Rng } from "phaselens/core";

import { describe, expect, it } from "vitest";
import { philox4x32 } from "phaselens/internal/core/random/philox";
import { makeArena } from "phaselens/internal/kernels/arena";
import { fillNormal } from "phaselens/internal/physics/sampling/normals";

const backends = ["auto", "typescript"] as const;
const loop = (rng: Rng, count: number): Float64Array =>
  Float64Array.from({ length: count }, () => rng.normal());

describe.each(backends)("backend %s", (backend) => {
  const fill = (rng: Rng, count: number): Float64Array => {
    const out = new Float64Array(count);
    fillNormal(rng, out, { backend });
    return out;
  };

  // 50000 numbers meet about 600 points outside their layer and 20 in the tail
  it("fillNormal › gives the numbers of rng.normal(), bit for bit, and leaves the stream where that would", () => {
    for (const count of [0, 1, 15, 16, 17, 1000, 1023, 1024, 1025, 4096, 50_000]) {
      for (const before of [0, 1, 2, 7]) {
        const [fast, slow] = [makeRng(3, "normals"), makeRng(3, "normals")];
        for (let k = 0; k < before; k++) fast.uniform();
        for (let k = 0; k < before; k++) slow.uniform();
        const [numbers, expected] = [fill(fast, count), loop(slow, count)];
        expect(
          numbers.every((one, i) => Object.is(one, expected[i])),
          `${count} after ${before}`,
        ).toBe(true);
        expect(fast.philox!.drawn).toBe(slow.philox!.drawn);
        expect([fast.uniform(), fast.normal(), fast.integer(1000)]).toEqual([
          slow.uniform(),
          slow.normal(),
          slow.integer(1000),
        ]);
      }
    }
  });

  it("fillNormal › in pieces of any length is fillNormal at once", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 6 }),
        fc.nat(),
        (lengths, seed) => {
          const [pieces, whole] = [makeRng(seed), makeRng(seed)];
          const parts = lengths.flatMap((length) => Array.from(fill(pieces, length)));
          expect(parts).toEqual(Array.from(fill(whole, parts.length)));
        },
      ),
      { numRuns: 30 },
    );
  });

  it("fillNormal › crosses the counter's word boundary as the stream does", () => {
    const [fast, slow] = [makeRng(3), makeRng(3)];
    for (const rng of [fast, slow]) rng.philox!.skip(2 ** 33 - 41);
    expect(fill(fast, 200)).toEqual(loop(slow, 200));
  });

  it("fillNormal › calls a stream of another kind once for each number", () => {
    let calls = 0;
    const other = { normal: () => calls++ } as unknown as Rng;
    expect(Array.from(fill(other, 20))).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it("philoxBlocks › are the blocks of core's philox4x32, carries included", () => {
    for (const low of [0, 0xfffffffe, 0xfffffffd, 123456789]) {
      const arena = makeArena({ doubles: 0, integers: 64 }, backend);
      const out = arena.integers(32);
      arena.philoxBlocks(8, low | 0, 5, 6, 7, 8, 9, out);
      const words = new Uint32Array(4);
      for (let b = 0; b < 8; b++) {
        const counter = BigInt(low) + (5n << 32n) + BigInt(b);
        philox4x32(Number(counter & 0xffffffffn), Number(counter >> 32n), 6, 7, 8, 9, words);
        expect(
          Array.from(arena.i32.subarray(out + 4 * b, out + 4 * b + 4), (word) => word >>> 0),
        ).toEqual(Array.from(words));
      }
    }
  });
});

describe("a Philox stream's position", () => {
  it("skip goes on as if so many draws had been taken, from an odd or an even one", () => {
    for (const [taken, skipped] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [3, 6],
      [4, 101],
    ]) {
      const [jumped, drawn] = [makeRng(4, "skip"), makeRng(4, "skip")];
      for (let k = 0; k < taken; k++) jumped.uniform();
      jumped.philox!.skip(skipped);
      for (let k = 0; k < taken + skipped; k++) drawn.uniform();
      expect(jumped.philox!.drawn).toBe(taken + skipped);
      expect([jumped.uniform(), jumped.normal()]).toEqual([drawn.uniform(), drawn.normal()]);
    }
  });
});
