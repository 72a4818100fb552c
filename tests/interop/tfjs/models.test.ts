import fc from "fast-check";
import { fromTfjs } from "phaselens/interop";
import { makeRng } from "phaselens/core";
import { beforeAll, describe, expect, it } from "vitest";
import { build, outputsHere, outputsThere, randomInputs, recipes } from "./randomModels.js";
import { tf } from "./tfjsModule.js";

beforeAll(() => tf.ready());

describe("a model of TensorFlow.js", () => {
  it("has the same outputs here, whatever its layers", () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const model = build(recipe);
        const x = randomInputs(model, makeRng(recipe.seed, "inputs"));
        const [there, here] = [outputsThere(model, x), outputsHere(fromTfjs(model), x)];
        const largest = there.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        model.dispose();
        expect(here.length).toBe(there.length);
        here.forEach((value, k) => expect(Math.abs(value - there[k])).toBeLessThan(1e-5 * largest));
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});
