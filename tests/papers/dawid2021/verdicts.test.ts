import { core, figures, nn, papers, physics } from "phaselens";
import { describe, expect, it } from "vitest";
import { uniformFanIn } from "phaselens/internal/nn/network/initialise";
import {
  authorsRecipe,
  decreasingRate,
  ours,
  oursPooled,
  pooledWithDropout,
  stoppedAt,
} from "phaselens/internal/papers/dawid2021/recipes";
import { withDropout } from "phaselens/internal/papers/dawid2021/withDropout";

const { recipeFigure, recipeStudy, signStudy, verdicts } = papers.dawid2021;
const {
  hasLearnt,
  helpfulDepth,
  orderParameterCrossing,
  standOut,
  structureFactor,
  uncertainRegion,
} = papers.dawid2021.measures;

describe("what figures of Dawid et al. 2021 are judged by", () => {
  it("standOut counts rows above both neighbours, the last one above its only one, ties not", () => {
    expect(standOut([0, 2, 1, 1, 1, 3, 4], [1, 3, 6])).toBe(2);
    expect(standOut([5, 2, 1], [0])).toBe(1);
  });

  it("helpfulDepth is the mean V₁/J of the training points of largest influence, sign included", () => {
    const values = core.tensor([2, 4], [0, 0, 0, 0, -9, 1, 3, 2]);
    expect(helpfulDepth(values, 1, [10, 20, 30, 40], 2)).toBe(35);
    expect(helpfulDepth(values, 1, [10, 20, 30, 40], 3)).toBe(30);
  });

  it("orderParameterCrossing interpolates, and says where nothing is crossed", () => {
    const line = {
      interaction: Float64Array.of(1, 2, 4),
      orderParameter: Float64Array.of(0, 0.2, 0.6),
    };
    expect(orderParameterCrossing(line, 0.4)).toBeCloseTo(3, 12);
    expect(() => orderParameterCrossing(line, 0.7)).toThrow(
      "orderParameterCrossing: the order parameter never passes 0.7.",
    );
  });

  it("structureFactor: 1 deep in the wave, where densities alternate, and above O² everywhere by Jensen's inequality", () => {
    const even = papers.dawid2021.data({ sites: 12, set: "even" });
    const factor = structureFactor(even, 12);
    expect(factor.at(-1)).toBeGreaterThan(0.97);
    expect(factor.every((value, t) => value > even.orderParameter[t] ** 2 && value < 1)).toBe(true);
    // equal amplitudes: the mean over all states
    const { states } = physics.halfFilledBasis(6);
    const uniform = {
      x: core.tensor(
        [1, 20],
        Float64Array.from(states, () => 1),
      ),
      normalisation: { minimum: 0, maximum: 20 ** -0.5 },
    };
    const staggered = Array.from(
      states,
      (s) => [0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + (i % 2 ? -1 : 1) * ((s >> i) & 1), 0) / 3,
    );
    expect(structureFactor(uniform, 6)[0]).toBeCloseTo(core.mean(staggered.map((m) => m * m)), 12);
  });

  it("uncertainRegion ends where an exponential falls to the threshold, to rounding", () => {
    const interaction = [0, 1.3, 2, 3.1, 5, 8];
    const rue = interaction.map((v) => Math.exp(-Math.abs(v - 2)));
    const { from, to, width } = uncertainRegion(rue, interaction, Math.exp(-1.5));
    expect(from).toBeCloseTo(0.5, 12);
    expect(to).toBeCloseTo(3.5, 12);
    expect(width).toBeCloseTo(3, 12);
    expect(uncertainRegion(rue, interaction, 1e-9)).toMatchObject({ from: 0, to: 8 });
    expect(uncertainRegion(rue, interaction, 2).width).toBe(0);
  });
});

describe("the recipes", () => {
  it("dropout leaves parameters and outputs as they are", () => {
    const [plain, dropping] = [papers.dawid2021.cnn(), withDropout(papers.dawid2021.cnn())];
    const theta = nn.kaimingNormal(plain, core.makeRng(1));
    const x = papers.dawid2021.data({ sites: 12, set: "even" }).x;
    expect(dropping.parameterCount).toBe(740);
    expect(nn.predict(dropping, theta, x)).toEqual(nn.predict(plain, theta, x));
  });

  it("that of the authors is theirs: full batch, no friction, no schedule, PyTorch's start, dropout ½ before the last layer", () => {
    const { options, trainedNetwork, risk } = authorsRecipe;
    expect(options).toMatchObject({
      batchSize: 1000,
      epochs: 100,
      initialise: uniformFanIn,
      stuck: false,
    });
    expect(options.schedule).toBeUndefined();
    expect(options.optimiser!.name).toBe(nn.sgd({ learningRate: 0.1, momentum: 1 }).name);
    expect(risk.l2).toBe(0.05 / 1000);
    const layers = trainedNetwork().nodes.map(({ layer }) => layer.name);
    expect(layers.at(-2)).toBe("dropout(0.5)");
  });

  it("each names all that differs from the others, stops included: the cache tells them apart", () => {
    const all = [
      authorsRecipe,
      decreasingRate,
      ours,
      oursPooled,
      pooledWithDropout,
      stoppedAt(ours, 0.4),
      stoppedAt(ours, 0.25),
      stoppedAt(oursPooled, 0.1),
    ];
    expect(new Set(all.map(({ description }) => description)).size).toBe(all.length);
    expect(stoppedAt(ours, 0.1)).toEqual(ours);
    expect(stoppedAt(ours, 0.4).options.stopAt).toBe(0.4);
  });
});

describe("verdicts", () => {
  it("are those of the calls that the notebooks make", async () => {
    const network = papers.dawid2021.cnn();
    const theta = nn.kaimingNormal(network, core.makeRng(3));
    const [training, even] = (["training", "even"] as const).map((set) =>
      papers.dawid2021.data({ sites: 12, set }),
    );
    const found = await verdicts(network, theta, ours, {
      seed: 1,
      bootstraps: 4,
      permutations: [1],
      margins: [0.2],
      hessianEvery: 50,
    });
    expect(found.crossEntropy).toBe(
      nn.risk(network, theta, training, { loss: nn.softmaxCrossEntropy }),
    );
    expect(found.accuracy).toBeCloseTo(
      nn.accuracy(nn.predict(network, theta, even.x), even.target),
      12,
    );
    expect(found.spectrum.largest).toBeGreaterThan(found.spectrum.second);
    expect(found.extrapolation).toHaveLength(1);
    expect(found.depth[0]).toMatchObject({ margin: 0.2 });
    for (const { influence, relatif } of [found.depth[0].wave, found.depth[0].liquid]) {
      for (const depth of [influence, relatif]) expect(depth >= 0 && depth <= 40).toBe(true);
    }
    const { region, largest, at } = found.uncertainty;
    expect(region.from <= at && at <= region.to).toBe(true);
    expect(largest).toBeGreaterThan(0);
  });
});

describe("the figure of a study", () => {
  const network = (
    recipe: string,
    seed: number,
    crossEntropy: number,
  ): papers.dawid2021.StudiedRecipe =>
    ({
      recipe,
      sites: 12,
      seed,
      seconds: 1,
      epochs: 1,
      crossEntropy,
      accuracy: 0.9,
    }) as papers.dawid2021.StudiedRecipe;
  const networks = [
    network("ours, 0.4", 1, 0.4),
    network("ours", 2, 0.1),
    network("authors", 1, 0.3),
    network("pooled, 0.03", 1, 0.03),
  ];
  const study = { description: "", networks };
  const panel = {
    title: "seeds",
    y: { title: "seed" },
    own: [{ crossEntropy: 0.2, verdict: 3 }],
    paper: 9,
    verdict: (one: papers.dawid2021.StudiedRecipe) =>
      one.recipe === "authors" ? undefined : one.seed,
  };

  it("has one series a recipe, whatever its stop, and the reader's own; networks without the verdict are left out", async () => {
    const figure = recipeFigure(study, {
      id: "dawid2021-fig5-recipes",
      title: "a",
      panels: [panel],
    });
    const text = JSON.stringify(figure.spec);
    for (const name of ["ours", "pooled", "this run", "the paper"])
      expect(text).toContain(`"${name}"`);
    for (const name of ["ours, 0.4", "authors"]) expect(text).not.toContain(`"${name}"`);
    expect(await figures.renderSvg(figure)).toContain("<svg");
  });

  it("a network that does no better than a constant output, or guesses, has not learnt", () => {
    expect(hasLearnt({ crossEntropy: 0.69, accuracy: 1 })).toBe(false);
    expect(hasLearnt({ crossEntropy: 0.5, accuracy: 0.6 })).toBe(false);
    expect(hasLearnt({ crossEntropy: 0.5, accuracy: 0.9 })).toBe(true);
  });
});

describe("the shipped study", () => {
  const { networks } = recipeStudy();

  it("has the recipes that the figures compare, each network once, with finite numbers", () => {
    expect(
      new Set(networks.map(({ recipe, sites, seed }) => `${recipe} ${sites} ${seed}`)).size,
    ).toBe(networks.length);
    for (const recipe of [
      "ours",
      "authors",
      "authors, last epoch",
      "decreasing",
      "ours, 0.4",
      "pooled, 0.03",
      "pooled, 0.1",
    ]) {
      expect(networks.filter((one) => one.recipe === recipe).length).toBeGreaterThanOrEqual(4);
    }
    const numbers = (value: unknown): number[] =>
      typeof value === "number"
        ? [value]
        : value !== null && typeof value === "object"
          ? Object.values(value).flatMap(numbers)
          : [];
    expect(networks.flatMap(numbers).every(Number.isFinite)).toBe(true);
  });
});

describe("Fig. 4 over recipes", () => {
  it("has both recipes with as many seeds, each once, and parts of a whole", () => {
    const { networks } = signStudy();
    const seeds = (recipe: string): number[] =>
      networks.filter((one) => one.recipe === recipe).map(({ seed }) => seed);
    expect(seeds("authors")).toEqual(seeds("decreasing"));
    expect(new Set(seeds("authors")).size).toBe(seeds("authors").length);
    for (const { imbalanced, balanced } of networks) {
      const parts = [
        imbalanced.anomalies,
        ...imbalanced.negative,
        ...balanced.negative,
        balanced.ownSign,
      ];
      expect(parts.every((part) => part >= 0 && part <= 1)).toBe(true);
    }
  });
});
