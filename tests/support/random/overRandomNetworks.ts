import fc from "fast-check";
import { describe, it } from "vitest";
import { build, recipes, type RandomProblem, type Recipe } from "../randomNetworks.js";

/**
 * What must hold for any network: throws, or returns false where it says nothing about this one.
 */
export type Check = (problem: RandomProblem) => void | false;

export interface Sweep {
  readonly runs: number;
  readonly seed: number;
}

/** Milliseconds that one sweep may take where the cores are shared with others. */
const PATIENCE = 600_000;
/** Problems of some kilobytes each. */
const REMEMBERED = 1_000;

const { PHASELENS_RANDOM_RUNS: runs, PHASELENS_RANDOM_SEED: seed } = process.env;

/**
 * Of each run of the tests: the same networks every time; PHASELENS_RANDOM_RUNS takes more of them,
 * PHASELENS_RANDOM_SEED draws others.
 */
export const quick: Sweep = { runs: Number(runs ?? 160), seed: Number(seed ?? 12) };

/**
 * Of the slow tests: over five times as many, and others. What a change of the engine deserves is a
 * sweep that nobody has seen: PHASELENS_RANDOM_RUNS=10000 and PHASELENS_RANDOM_SEED.
 */
export const long: Sweep = { runs: Number(runs ?? 900), seed: Number(seed ?? 2026) };

/** What recipes make, since all checks of a sweep draw the same ones. */
const built = new Map<string, RandomProblem>();

function problemOf(recipe: Recipe): RandomProblem {
  const key = JSON.stringify(recipe);
  const found = built.get(key) ?? build(recipe);
  if (built.size < REMEMBERED) built.set(key, found);
  return found;
}

/** One test for each check: on so many random networks, made smaller if one fails. */
export function overRandomNetworks(
  title: string,
  checks: Readonly<Record<string, Check>>,
  sweep = quick,
): void {
  describe(`${title} of random networks`, () => {
    it.each(Object.entries(checks))(
      "%s",
      (_name, check) => {
        let counted = 0;
        fc.assert(
          fc.property(recipes, (recipe) => {
            const problem = problemOf(recipe);
            try {
              if (check(problem) !== false) counted++;
            } catch (error) {
              throw new Error(`${(error as Error).message}\n${describeNodes(problem)}`, {
                cause: error,
              });
            }
          }),
          { numRuns: sweep.runs, seed: sweep.seed },
        );
        if (counted < sweep.runs / 10)
          throw new Error(`only ${counted} of ${sweep.runs} networks could be checked`);
      },
      PATIENCE,
    );
  });
}

const describeNodes = ({ network: { nodes }, samples }: RandomProblem): string =>
  [
    `input [${samples.x.shape.slice(1)}]`,
    ...nodes.map(
      ({ layer, inputs }, node) => `${node + 1} = ${layer.name} of ${inputs.join(", ")}`,
    ),
  ].join("\n");
