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

  it("is 0 far below, 1 at 0, and finite at its largest", () => {
    const arena = makeArena({ doubles: 64 });
    const [x, y] = [arena.floats(4), arena.floats(4)];
    arena.f32.set([-1e9, -88, 0, 88], x);
    arena.singleExponential(4, x, y);
    const [far, below, one, most] = arena.f32.subarray(y, y + 4);
    expect([far, below, one]).toEqual([0, 0, 1]);
    expect(most).toBeLessThan(Infinity);
  });
});
