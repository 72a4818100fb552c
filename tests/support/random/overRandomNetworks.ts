import fc from "fast-check";
import { describe, it } from "vitest";
import { build, recipes, type RandomProblem } from "../randomNetworks.js";

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

/** A few hundred of each run, always the same; PHASELENS_RANDOM_SEED draws others. */
export const quick: Sweep = { runs: 480, seed: Number(process.env.PHASELENS_RANDOM_SEED ?? 12) };

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
            const problem = build(recipe);
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
