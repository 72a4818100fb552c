import { core, forest } from "phaselens";
import { describe, expect, it } from "vitest";
import { ensembleOf } from "phaselens/internal/forest/ensemble/treeEnsemble";
import { featureGroups } from "phaselens/internal/report/trees/featureGroups";
import { permutedGroups } from "phaselens/internal/report/trees/permutedGroups";

const rng = core.makeRng(5);
const n = 300;
/** Two that say the same, one that is bent but in the same order, noise, a constant. */
const rows = Array.from({ length: n }, () => {
  const a = rng.normal();
  return [a, a + 0.1 * rng.normal(), Math.exp(-a), rng.normal(), 3];
});
const x = core.tensor([n, 5], rows.flat());
const all = [0, 1, 2, 3, 4];

describe("groups of features", () => {
  it("join what has the same order, of either sign, and leave noise and constants alone", () => {
    const groups = featureGroups(x, all);
    expect(groups.map(({ features }) => [...features].sort())).toEqual([[0, 1, 2], [3], [4]]);
    const column = (k: number): number[] => rows.map((row) => row[k]);
    const rho = (a: number, b: number): number => Math.abs(core.spearman(column(a), column(b)));
    const mean = (rho(0, 1) + rho(0, 2) + rho(1, 2)) / 3;
    expect(groups[0].correlation).toBeCloseTo(mean, 12);
    expect(groups[1].correlation).toBeUndefined();
  });

  it("look at samples that have both values", () => {
    const holes = core.tensor([n, 5], rows.flat());
    for (let s = 0; s < n; s += 3) holes.data[5 * s] = NaN;
    const kept = rows.filter((_, s) => s % 3 > 0);
    const own = core.spearman(
      kept.map((row) => row[0]),
      kept.map((row) => row[1]),
    );
    expect(featureGroups(holes, [0, 1])[0].correlation).toBeCloseTo(own, 12);
    holes.data.forEach((_, at) => at % 5 === 0 && at > 5 && (holes.data[at] = NaN));
    expect(featureGroups(holes, [0, 1])).toHaveLength(2);
  });
});

describe("a group that is permuted", () => {
  const target = core.tensor(
    [n, 1],
    rows.map(([a, , , d]) => (a + 0.3 * d > 0 ? 1 : 0)),
  );
  const grow = { seed: 2, trees: 20, jobs: 1, features: 2 } as const;
  const score = async (task: "binary" | "values"): Promise<ReturnType<typeof permutedGroups>> => {
    const model = await forest.randomForest({ x, target: target.data }, grow);
    const groups = [[0, 1, 2], [0], [1], [3], [4]].map((features) => ({
      features,
      correlation: undefined,
    }));
    return permutedGroups(ensembleOf(model), task, { x, target }, groups, core.makeRng(1));
  };

  it("takes more than its parts where they stand in for each other, and nothing where none is asked", async () => {
    const { score: whole, losses } = await score("binary");
    expect(whole.name).toBe("AUC");
    const [together, first, second, noise, constant] = losses.map(({ change }) => change);
    expect(together).toBeGreaterThan(0.3);
    expect(together).toBeGreaterThan(2 * Math.max(first, second));
    expect(noise).toBeGreaterThan(0);
    expect(losses[4]).toEqual({ change: 0, error: 0 });
    expect(constant).toBe(0);
  });

  it("changes R² by what the squared errors say", async () => {
    const { score: whole, losses } = await score("values");
    const model = await forest.randomForest({ x, target: target.data }, grow);
    const found = forest.predict(model, x);
    const mean = core.mean(target.data);
    const sum = (f: (t: number, s: number) => number): number => core.mean(target.data.map(f)) * n;
    const rest = sum((t, s) => (t - found[s]) ** 2);
    expect(whole.value).toBeCloseTo(1 - rest / sum((t) => (t - mean) ** 2), 12);
    expect(whole.name).toBe("R²");
    expect(losses[0].change).toBeGreaterThan(0.5);
    // features of a group come from the same other sample, the rest stays
    const orders = core.makeRng(1).fork("group 0,1,2");
    const changes = Array.from({ length: 5 }, () => {
      const order = orders.permutation(n);
      const mixed = rows.flatMap((own, s) => [...rows[order[s]].slice(0, 3), ...own.slice(3)]);
      const without = forest.predict(model, core.tensor([n, 5], mixed));
      return (sum((t, s) => (t - without[s]) ** 2) - rest) / sum((t) => (t - mean) ** 2);
    });
    expect(losses[0].change).toBeCloseTo(core.mean(changes), 12);
    expect(losses[0].error).toBeCloseTo(Math.sqrt(core.variance(changes) / 5), 12);
  });
});
