import { core, nn, papers } from "phaselens";
import { describe, expect, it } from "vitest";
import { ours } from "phaselens/internal/papers/dawid2021/recipes";
import { signVerdicts } from "phaselens/internal/papers/dawid2021/signVerdicts";

const { recipeStudy, verdicts } = papers.dawid2021;

describe("the shipped study of recipes", () => {
  const { networks } = recipeStudy();

  it("says of each network what a call of verdicts says", async () => {
    const found = networks.find((one) => one.recipe === "ours" && one.seed === 1)!;
    const { theta } = nn.train(
      ours.network(),
      papers.dawid2021.data({ sites: 12, set: "training" }),
      {
        ...ours.options,
        rng: core.makeRng(1, ours.network().name),
      },
    );
    const again = await verdicts(ours.network(), theta, ours, { seed: 1 });
    expect(again.crossEntropy).toBeCloseTo(found.crossEntropy, 4);
    expect(again.extrapolation.map(({ score }) => score)).toEqual(
      found.extrapolation.map(({ score }) => score),
    );
    expect(again.uncertainty.region.width).toBeCloseTo(found.uncertainty.region.width, 2);
    expect(again.depth[1].wave.relatif).toBeCloseTo(found.depth[1].wave.relatif, 1);
  });
});

describe("Fig. 4 over recipes", () => {
  it("of a network that is hardly trained: the loss of a guess, and no preference of a sign", () => {
    const options = {
      ...ours.options,
      optimiser: nn.sgd({ learningRate: 1e-9 }),
      epochs: 1,
      stopAt: undefined,
      stuck: false as const,
    };
    const { imbalanced, balanced } = signVerdicts({ ...ours, options }, { seed: 3 });
    for (const { crossEntropy } of [imbalanced, balanced])
      expect(crossEntropy).toBeGreaterThan(0.6);
    expect(Math.abs(balanced.ownSign - 0.5)).toBeLessThan(0.3);
  }, 60_000);
});
