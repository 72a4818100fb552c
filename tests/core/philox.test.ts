import fc from "fast-check";

import { describe, expect, it } from "vitest";
import { philox4x32 } from "phaselens/internal/core/random/philox";

function block(counter: readonly number[], key: readonly number[]): string[] {
  const out = new Uint32Array(4);
  philox4x32(counter[0], counter[1], counter[2], counter[3], key[0], key[1], out);
  return Array.from(out, (word) => word.toString(16).padStart(8, "0"));
}

/**
 * Salmon et al. 2011, Sec. 2.2, with big integers and the multiplications as they are written
 * there.
 */
function slowBlock(counter: readonly number[], key: readonly number[]): string[] {
  const low = (x: bigint): bigint => x & 0xffffffffn;
  let [c0, c1, c2, c3] = counter.map(BigInt);
  let [k0, k1] = key.map(BigInt);
  for (let round = 0; round < 10; round++) {
    const [p0, p1] = [0xd2511f53n * c0, 0xcd9e8d57n * c2];
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, low(p1), (p0 >> 32n) ^ c3 ^ k1, low(p0)];
    [k0, k1] = [low(k0 + 0x9e3779b9n), low(k1 + 0xbb67ae85n)];
  }
  return [c0, c1, c2, c3].map((word) => word.toString(16).padStart(8, "0"));
}

describe("philox4x32", () => {
  // File tests/kat_vectors of Random123 1.14 (D. E. Shaw Research), lines "philox4x32 10": counter,
  // key, result.
  it.each([
    [
      "00000000 00000000 00000000 00000000",
      "00000000 00000000",
      "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    ],
    [
      "ffffffff ffffffff ffffffff ffffffff",
      "ffffffff ffffffff",
      "408f276d 41c83b0e a20bc7c6 6d5451fd",
    ],
    [
      "243f6a88 85a308d3 13198a2e 03707344",
      "a4093822 299f31d0",
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    ],
  ])("gives the published answer for counter %s and key %s", (counter, key, answer) => {
    const words = (text: string): number[] => text.split(" ").map((word) => parseInt(word, 16));
    expect(block(words(counter), words(key)).join(" ")).toBe(answer);
  });

  it("agrees with multiplication of big integers for any counter and key", () => {
    const word = fc.nat({ max: 0xffffffff });
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        expect(block(counter, key)).toEqual(slowBlock(counter, key));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
