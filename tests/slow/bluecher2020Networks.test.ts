import { bluecher2020 } from "phaselens/papers";
import { makeRng, row, tensor, type Tensor } from "phaselens/core";
import { cachedEnsembles, projectManifest } from "phaselens/generate";
import { binTargets, labelBins, predict, predictedValues, train, type Bins } from "phaselens/nn";
import { lattice } from "phaselens/physics";
import { beforeAll, describe, expect, it } from "vitest";
import { generatedSamples } from "phaselens/internal/generate/generatedSamples";
import { binTarget } from "phaselens/internal/nn/losses/bins";
import { observables } from "phaselens/internal/papers/bluecher2020/observables";
import { cnnRecipe, mlpRecipe } from "phaselens/internal/papers/bluecher2020/recipes";

// The ensembles of 140 couplings × (20 + 10) on 16³ sites, from the cache or sampled in a few
// minutes
const SEEDS = [1, 2, 3];
const cube = lattice([16, 16, 16]);
let generated: Awaited<ReturnType<typeof cachedEnsembles>>;
let bins: Bins;

beforeAll(async () => {
  generated = await cachedEnsembles(projectManifest("bluecher2020-quick"));
  bins = labelBins(generated.couplings);
}, 900_000);

function fieldsOf(set: string): { x: Tensor; kappas: number[] } {
  const parts = generated.couplings.map((kappa) => generated.ensemble(set, kappa).fields);
  const x = tensor([parts.reduce((sum, { shape }) => sum + shape[0], 0), 1, 16, 16, 16]);
  let at = 0;
  for (const { data } of parts) x.data.set(data, (at += data.length) - data.length);
  return {
    x,
    kappas: generated.couplings.flatMap((kappa, b) => Array<number>(parts[b].shape[0]).fill(kappa)),
  };
}

/** Root of the mean square of κ̂ − κ over |κ| < .17, where the field is disordered. */
function paramagneticError(z: Tensor, kappas: readonly number[]): number {
  const squares = Array.from(
    predictedValues(z, bins),
    (value, n) => (value - kappas[n]) ** 2,
  ).filter((_, n) => Math.abs(kappas[n]) < 0.17);
  return Math.sqrt(squares.reduce((a, b) => a + b) / squares.length);
}

describe("the networks of Blücher et al. 2020 on a tenth of the data", () => {
  it("the convolutional one finds κ in the paramagnetic phase to better than .022, trained from the files", () => {
    const { x, kappas } = fieldsOf("test");
    const source = generatedSamples(generated, "training", (kappa) => binTarget(kappa, bins));
    for (const seed of SEEDS) {
      const { theta, retries } = train(bluecher2020.cnn(), source, {
        ...cnnRecipe.options,
        rng: makeRng(seed, "bluecher2020Cnn"),
      });
      expect(retries).toBe(0);
      expect(
        paramagneticError(predict(bluecher2020.cnn(), theta, x), kappas),
        `seed ${seed}`,
      ).toBeLessThan(0.022);
    }
    source.close();
  }, 300_000);

  it("the perceptron on |M|, |M_s| and G_c(t) does not, since the modulus in (B3) hides the sign of κ", () => {
    const [training, test] = ["training", "test"].map((set) => {
      const { x, kappas } = fieldsOf(set);
      const inputs = tensor([kappas.length, 18]);
      for (let n = 0; n < kappas.length; n++) row(inputs, n).set(observables(row(x, n), cube));
      return { x: inputs, kappas };
    });
    for (const seed of SEEDS) {
      const target = binTargets(training.kappas, bins, { normalised: false });
      const samples = { x: training.x, target };
      const { theta } = train(bluecher2020.mlp(), samples, {
        ...mlpRecipe.options,
        rng: makeRng(seed, "bluecher2020Mlp"),
      });
      expect(
        paramagneticError(predict(bluecher2020.mlp(), theta, test.x), test.kappas),
        `seed ${seed}`,
      ).toBeGreaterThan(0.045);
    }
  }, 120_000);
});
