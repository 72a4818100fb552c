import { core, hessian, linalg, nn, papers, physics } from "phaselens";
import { beforeAll, describe, expect, it } from "vitest";
import { cnnRecipe, gapCnnRecipe } from "phaselens/internal/papers/dawid2021/cnnRecipes";
import { helpfulDepth } from "phaselens/internal/papers/dawid2021/helpfulDepth";

// The claims of the notebooks over independently trained networks: what one seed shows there must
// not be luck.
const training = papers.dawid2021.data({ sites: 12, set: "training" });
const train = (network: nn.Network, recipe: nn.Recipe, seed: number): Float64Array =>
  nn.train(network, training, { ...recipe.options, rng: core.makeRng(seed, network.name) }).theta;

describe("Fig. 5 over twelve networks and three sets of permutations", () => {
  const sets = [1, 2, 3].map((seed) => papers.dawid2021.data({ sites: 12, set: "mixed", seed }));
  const cases: { score: number; prediction: number; loss: number }[] = [];
  beforeAll(() => {
    const network = papers.dawid2021.cnn();
    const { risk } = cnnRecipe;
    for (let seed = 1; seed <= 12; seed++) {
      const theta = train(network, cnnRecipe, seed);
      const eigen = hessian.spectrum(hessian.exactHessian(network, theta, training, risk));
      for (const test of sets) {
        const standOut = (values: Float64Array): number =>
          test.permutedRows.filter(
            (n) =>
              values[n] > values[n - 1] && (n + 1 === values.length || values[n] > values[n + 1]),
          ).length;
        cases.push({
          score: standOut(
            hessian.extrapolationScore(
              eigen,
              hessian.testGradients(
                network,
                theta,
                test,
                { ...risk, convention: "dawid2021" },
                "minimal",
              ),
              12,
            ),
          ),
          prediction: standOut(
            hessian.extrapolationScore(
              eigen,
              hessian.predictionGradients(network, theta, test.x),
              12,
            ),
          ),
          loss: standOut(hessian.testLosses(network, theta, test, risk, "minimal")),
        });
      }
    }
  }, 300_000);

  it("the score of the prediction finds at least eight of nine shuffled states, always", () => {
    expect(Math.min(...cases.map((c) => c.prediction))).toBeGreaterThanOrEqual(8);
  });
  it("the score of the loss finds at least as many as the minimal loss, always", () => {
    for (const c of cases) expect(c.score).toBeGreaterThanOrEqual(c.loss);
  });
  it("the score of the loss finds at least seven for the networks of at least three seeds, not for all: it depends on the start", () => {
    const bySeed = Array.from({ length: 12 }, (_, s) =>
      cases.slice(3 * s, 3 * s + 3).every((c) => c.score >= 7),
    );
    console.log(
      `LEES of the loss ≥ 7 of 9: ${cases.filter((c) => c.score >= 7).length} of ${cases.length} cases, every set for ${bySeed.filter(Boolean).length} of 12 seeds`,
    );
    expect(bySeed.filter(Boolean).length).toBeGreaterThanOrEqual(3);
  });
});

describe("Fig. 3 over four networks with global pooling", () => {
  const network = papers.dawid2021.gapCnn();
  const { risk } = gapCnnRecipe;
  const test = papers.dawid2021.data({ sites: 12, set: "even" });
  it.each([1, 2, 3, 4])(
    "seed %i: by RelatIF the most helpful points lie more than twice as deep, by influence below V₁/J = 5",
    (seed) => {
      const theta = train(network, gapCnnRecipe, seed);
      const H = hessian.exactHessian(network, theta, training, risk);
      const damping = Math.max(0, -linalg.symmetricEigenvalues(H)[0]) + 0.2;
      const published = { ...risk, convention: "dawid2021" } as const;
      const gradients = [
        nn.perSampleGradients(network, theta, training, published),
        hessian.testGradients(network, theta, test, published),
      ];
      const result = hessian.influence(H, gradients[0], gradients[1], { damping });
      const depth = (values: core.Tensor): number => {
        const row = core.row(values, 49);
        const helpful = Array.from(row.keys())
          .sort((a, b) => row[b] - row[a])
          .slice(0, 5);
        return core.mean(helpful.map((r) => training.interaction[r]));
      };
      const [influence, relatif] = [depth(result.influence), depth(result.relatif)];
      expect(influence).toBeLessThan(5);
      expect(relatif / influence).toBeGreaterThan(2);
      const inLiquid = (values: core.Tensor): number =>
        helpfulDepth(values, 5, training.interaction);
      expect(inLiquid(result.relatif)).toBeLessThan(inLiquid(result.influence));
    },
    120_000,
  );
});

describe("Fig. 2", () => {
  it("the full-space solver gives the same order parameters along the whole training line, never the other ordered state", () => {
    const chain = physics.hubbardChain({ sites: 12, basis: "full" });
    for (let n = 0; n < 1000; n += 125) {
      const state = chain.groundState(training.interaction[n]);
      expect(Math.abs(state.orderParameter - training.orderParameter[n])).toBeLessThan(1e-7);
    }
  }, 120_000);
});
