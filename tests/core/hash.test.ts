import { describe, expect, it } from "vitest";
import { murmurHash3 } from "phaselens/internal/core/cache/hash";

describe("murmurHash3", () => {
  it("passes SMHasher's verification of MurmurHash3_x86_128", () => {
    // A. Appleby, smhasher, src/main.cpp and KeysetTest.cpp: the hashes of {0}, {0, 1}, … of length
    // N = 0 … 255 with seed 256 − N, one after the other, hashed with seed 0, begin with this word.
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const all = new Uint8Array(16 * 256);
    for (let n = 0; n < 256; n++)
      all.set(new Uint8Array(murmurHash3(bytes.subarray(0, n), 256 - n).buffer), 16 * n);
    expect(murmurHash3(all)[0]).toBe(0xb3ece62a);
  });

  it("does not depend on where in its buffer the text begins", () => {
    const text = new TextEncoder().encode("--hmc/κ=0.18");
    expect(murmurHash3(text.subarray(2))).toEqual(murmurHash3(text.slice(2)));
  });
});
