import { describe, expect, it } from "vitest";
import { makeArena } from "phaselens/internal/kernels/arena";

const COUNT = 4096;

/** Distance of neighbouring floats at x. */
const unit = (x: number): number => 2 ** (Math.max(-126, Math.floor(Math.log2(x))) - 23);

describe("the exponential in single precision", () => {
  it.each(["auto", "typescript"] as const)("%s: is e^x to a unit in the last place", (backend) => {
    const arena = makeArena({ doubles: COUNT + 64 }, backend);
    const [x, y] = [arena.floats(COUNT), arena.floats(COUNT)];
    let worst = 0;
    for (const [low, high] of [
      [-87, 88],
      [-1, 1],
      [-30, 0],
      [-0.35, 0.35],
    ]) {
      for (let k = 0; k < COUNT; k++) arena.f32[x + k] = low + ((high - low) * k) / (COUNT - 1);
      arena.singleExponential(COUNT, x, y);
      for (let k = 0; k < COUNT; k++) {
        const exact = Math.exp(arena.f32[x + k]);
        worst = Math.max(worst, Math.abs(arena.f32[y + k] - exact) / unit(exact));
      }
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  it("is 0 far below, 1 at 0, finite at its largest, and of NaN not a number", () => {
    const arena = makeArena({ doubles: 64 });
    const [x, y] = [arena.floats(8), arena.floats(8)];
    arena.f32.set([-1e9, -88, 0, 88, NaN, -Infinity], x);
    arena.singleExponential(8, x, y);
    const [far, below, one, most, nothing, lowest] = arena.f32.subarray(y, y + 6);
    expect([far, below, one, nothing, lowest]).toEqual([0, 0, 1, NaN, 0]);
    expect(most).toBeLessThan(Infinity);
  });
});

describe("the exponential in double precision", () => {
  it.each(["auto", "typescript"] as const)(
    "%s: softmax of (0, x) has entries whose ratio is e^x to the last digits",
    (backend) => {
      const arena = makeArena({ doubles: 4 * COUNT + 64 }, backend);
      const [x, y] = [arena.doubles(2 * COUNT), arena.doubles(2 * COUNT)];
      let worst = 0;
      for (const low of [-700, -30, -0.35]) {
        for (let k = 0; k < COUNT; k++) arena.f64[x + 2 * k + 1] = (low * k) / (COUNT - 1);
        arena.doubleSoftmax(COUNT, 2, x, y);
        for (let k = 0; k < COUNT; k++) {
          const [one, other] = [arena.f64[y + 2 * k], arena.f64[y + 2 * k + 1]];
          const exact = Math.exp(arena.f64[x + 2 * k + 1]);
          worst = Math.max(worst, Math.abs(other / one / exact - 1));
        }
      }
      expect(worst).toBeLessThan(1e-15);
    },
  );

  it("is 0 far below, and of NaN not a number", () => {
    const arena = makeArena({ doubles: 64 });
    const [x, y] = [arena.doubles(8), arena.doubles(8)];
    arena.f64.set([-1e9, -720, 0, NaN, 1, 2], x);
    arena.doubleSoftmax(2, 3, x, y);
    const found = [...arena.f64.subarray(y, y + 6)];
    expect(found).toEqual([0, 0, 1, NaN, NaN, NaN]);
  });
});
