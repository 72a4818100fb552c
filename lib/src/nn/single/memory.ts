import { makeArena, type Arena } from "../../kernels/arena.js";

/** Where the stages of a plan put their numbers. Offsets count floats, or integers for lists. */
export interface Memory {
  readonly arena: Arena;
  /** Start of all parameters. */
  readonly theta: number;
  /** Start of the same of each moment of the optimiser. */
  readonly moments: readonly number[];
  floats(count: number): number;
  /** The same of doubles, counted in doubles. */
  doubles(count: number): number;
  list(values: ArrayLike<number>): number;
  /** Room for parameters, counted from `theta`; whole vectors of four. */
  parameters(count: number): number;
}

/** Kernels write and read up to eight floats beyond the last. */
const SLACK = 16;

export const roundUp = (count: number, to: number): number => Math.ceil(count / to) * to;

/**
 * Builds a plan in an arena that is just large enough: the plan is made twice, first to count what
 * it asks for.
 * @param moments  vectors as long as θ that the optimiser needs
 */
export function inFittingArena<Plan>(
  moments: number,
  backend: "auto" | "typescript",
  build: (memory: Memory) => Plan,
): { plan: Plan; memory: Memory; parameters: number } {
  const counted = { floats: 0, parameters: 0 };
  const allocate = (
    arena: Arena,
    theta: number,
    starts: readonly number[],
    real: boolean,
  ): Memory => {
    let used = 0;
    return {
      arena,
      theta,
      moments: starts,
      floats(count) {
        if (real) return arena.floats(count + SLACK);
        counted.floats += roundUp(count + SLACK, 16);
        return 0;
      },
      doubles(count) {
        if (real) return arena.doubles(count + SLACK / 2);
        counted.floats += roundUp(2 * count + SLACK, 16);
        return 0;
      },
      list(values) {
        if (!real) return (void (counted.floats += roundUp(values.length + SLACK, 16)), 0);
        const start = arena.integers(values.length + SLACK);
        arena.i32.set(values, start);
        return start;
      },
      parameters(count) {
        const start = used;
        used += roundUp(count, 4);
        if (!real) counted.parameters = used;
        return start;
      },
    };
  };
  build(
    allocate(makeArena({ doubles: 0 }, "typescript"), 0, Array<number>(moments).fill(0), false),
  );
  const length = counted.parameters + SLACK;
  const arena = makeArena(
    { doubles: Math.ceil((counted.floats + (1 + moments) * roundUp(length, 16)) / 2) },
    backend,
  );
  const theta = arena.floats(length);
  const memory = allocate(
    arena,
    theta,
    Array.from({ length: moments }, () => arena.floats(length)),
    true,
  );
  return { plan: build(memory), memory, parameters: counted.parameters };
}
