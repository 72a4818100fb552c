import type { Rng } from "phaselens/core";

/** A stream whose numbers are given in advance; what is drawn beyond them is 0, and is counted. */
function scripted(script: readonly number[]): { rng: Rng; kinds: ("uniform" | number)[] } {
  const kinds: ("uniform" | number)[] = [];
  const next = (kind: "uniform" | number): number => {
    kinds.push(kind);
    return script[kinds.length - 1] ?? 0;
  };
  const never = (): never => {
    throw new Error("an update draws uniform numbers and integers alone");
  };
  const rng: Rng = {
    uniform: () => next("uniform"),
    integer: (n) => next(n),
    normal: never,
    permutation: never,
    fork: never,
  };
  return { rng, kinds };
}

const POINTS = 32;

/**
 * Probabilities of all outcomes of an update that draws uniform numbers and integers, found from
 * the update itself: where the outcome changes along each number is bisected to the last bit.
 * @param update  from a stream to a name of what came out
 */
export function outcomes(update: (rng: Rng) => string): Map<string, number> {
  const found = new Map<string, number>();
  const run = (script: readonly number[]): { kinds: ("uniform" | number)[]; sign: string } => {
    const { rng, kinds } = scripted(script);
    const state = update(rng);
    return { kinds, sign: `${state} ${kinds.length}` };
  };
  const explore = (script: readonly number[], weight: number): void => {
    const { kinds, sign } = run(script);
    const next = kinds[script.length];
    if (next === undefined) {
      const state = sign.slice(0, sign.lastIndexOf(" "));
      found.set(state, (found.get(state) ?? 0) + weight);
    } else if (typeof next === "number") {
      for (let k = 0; k < next; k++) explore([...script, k], weight / next);
    } else {
      const edges = edgesOf((u) => run([...script, u]).sign);
      edges.slice(1).forEach((end, k) => {
        explore([...script, edges[k]], weight * (end - edges[k]));
      });
    }
  };
  explore([], 1);
  return found;
}

/** 0, the first number of each further piece of [0, 1) on which a function is constant, and 1. */
function edgesOf(of: (u: number) => string): number[] {
  const edges = [0];
  const between = (low: number, high: number): void => {
    // the signs of both ends differ
    let [a, b] = [low, high];
    const first = of(a);
    while (b - a > 2 ** -53) {
      const middle = (a + b) / 2;
      if (of(middle) === first) a = middle;
      else b = middle;
    }
    edges.push(b);
  };
  for (let k = 0; k < POINTS; k++) {
    const [low, high] = [k / POINTS, Math.min((k + 1) / POINTS, 1 - 2 ** -53)];
    if (of(low) !== of(high)) between(low, high);
  }
  return [...edges, 1];
}
