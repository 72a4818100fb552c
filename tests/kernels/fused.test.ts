import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cached } from "phaselens/core";
import { withoutNative } from "phaselens/internal/core/native/blas";
import { fusedArithmetic, relaxedSimd } from "phaselens/internal/core/native/fused";
import { makeArena } from "phaselens/internal/kernels/arena";

/** Files of kernels that ensembles, jets and random numbers are made with. */
const ofEnsembles = ["dirac", "lattice", "random", "rows"];

beforeEach(() => void (process.env.PHASELENS_FMA = ""));
afterEach(() => void (process.env.PHASELENS_FMA = "off"));

/** (1 + ε)² − (1 + 2ε) in a lane of a product of rows: ε² if it is rounded once, 0 if twice. */
function remainder(): number {
  const arena = makeArena({ doubles: 16, integers: 16 });
  const { f64, i32 } = arena;
  const [a, b, c] = [2, 4, 4].map((n) => arena.doubles(n));
  const [aRows, bRows, cRows] = [1, 2, 1].map((n) => arena.integers(n));
  const x = 1 + Number.EPSILON;
  const rows = arena.doubles(4);
  f64.set([1, x], a);
  f64.fill(-(1 + 2 * Number.EPSILON), b, b + 4);
  f64.fill(x, rows, rows + 4);
  [i32[aRows], i32[cRows]] = [a, c];
  i32.set([b, rows], bRows);
  arena.rowProduct(1, 4, 2, aRows, 1, bRows, cRows, 0);
  return f64[c];
}

const TWICE = 0;
const ONCE = Number.EPSILON * Number.EPSILON;

describe("fused multiply-add", () => {
  it("is used where Node has it, and nowhere with PHASELENS_FMA=off", () => {
    expect(fusedArithmetic()).toBe(relaxedSimd());
    // on a processor without the instruction an engine may round twice
    expect(relaxedSimd() ? [ONCE, TWICE] : [TWICE]).toContain(remainder());
    process.env.PHASELENS_FMA = "off";
    expect(fusedArithmetic()).toBe(false);
    expect(remainder()).toBe(TWICE);
  });

  it("is there from Node 22.12 on", () => {
    const [major, minor] = process.versions.node.split(".").map(Number);
    expect(relaxedSimd()).toBe(major > 22 || (major === 22 && minor >= 12));
  });

  it("is used by no kernel of ensembles", () => {
    const assembly = new URL("../../lib/src/kernels/assembly/", import.meta.url);
    const using = readdirSync(assembly).filter((file) =>
      readFileSync(new URL(file, assembly), "utf8").includes('from "./fused"'),
    );
    expect(using).toContain("products.ts");
    for (const name of ofEnsembles) expect(using).not.toContain(`${name}.ts`);
  });

  it("is declined for what is portable, and by what that awaits", async () => {
    const seen = await withoutNative(async () => {
      await Promise.resolve();
      return [fusedArithmetic(), makeArena({ doubles: 1 }).fused, remainder()];
    });
    expect(seen).toEqual([false, false, TWICE]);
  });

  it("has results of its own in the cache, the portable ones apart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "phaselens-fused-"));
    const before = process.env.PHASELENS_CACHE;
    process.env.PHASELENS_CACHE = folder;
    try {
      for (const portable of [false, true]) {
        const key = { function: `fused ${portable}`, version: 1, params: {}, portable };
        process.env.PHASELENS_FMA = "";
        await cached(key, () => 1);
        process.env.PHASELENS_FMA = "off";
        const found = await cached(key, () => 2);
        expect(found).toBe(relaxedSimd() && !portable ? 2 : 1);
      }
    } finally {
      if (before === undefined) delete process.env.PHASELENS_CACHE;
      else process.env.PHASELENS_CACHE = before;
      rmSync(folder, { recursive: true });
    }
  });
});
