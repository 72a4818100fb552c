import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { build, recipes } from "../support/randomNetworks.js";
import { quick } from "../support/random/overRandomNetworks.js";
import { randomLosses } from "../support/random/losses.js";
import { randomLayers } from "../support/random/randomLayers.js";
import { lossTypes } from "phaselens/internal/nn/losses/lossTypes";
import { layerTypes } from "phaselens/internal/nn/layers/layerTypes";

describe("the generator of random networks", () => {
  it("has every type of layer that there is: add those that are missing to tests/support/random", () => {
    expect(Object.keys(randomLayers).sort()).toEqual(Object.keys(layerTypes).sort());
  });

  it("has every loss that there is: add those that are missing to tests/support/random/losses.ts", () => {
    expect(Object.keys(randomLosses).sort()).toEqual(Object.keys(lossTypes).sort());
    for (const [type, { loss }] of Object.entries(randomLosses)) expect(loss.spec?.type).toBe(type);
  });

  it("draws each of them, with reshapes behind all layers, in chains and with branches", () => {
    const drawn = new Map<string, number>();
    const [reshaped, inSlice] = [new Set<string>(), new Set<string>()];
    let [branching, chains] = [0, 0];
    const count = (key: string): unknown => drawn.set(key, (drawn.get(key) ?? 0) + 1);
    // what is rare is looked for in 15 times as many as each sweep takes
    const drawnRecipes = fc.sample(recipes, { numRuns: 15 * quick.runs, seed: quick.seed });
    for (const [run, recipe] of drawnRecipes.entries()) {
      const {
        network: { nodes },
        loss,
      } = build(recipe);
      for (const { layer, inputs } of nodes)
        if (layer.spec!.type === "reshape" && inputs[0] > 0)
          reshaped.add(nodes[inputs[0] - 1].layer.spec!.type);
      if (run < quick.runs) {
        inSlice.add(loss.loss.name);
        for (const { layer } of nodes) inSlice.add(layer.spec!.type);
      }
      if (run >= 3 * quick.runs) continue;
      count(loss.loss.name);
      for (const { layer } of nodes) count(layer.spec!.type);
      if (nodes.every(({ inputs }, node) => inputs.join() === `${node}`)) chains++;
      else branching++;
    }
    for (const type of Object.keys(layerTypes)) expect(drawn.get(type), type).toBeGreaterThan(10);
    for (const { loss } of Object.values(randomLosses))
      expect(drawn.get(loss.name), loss.name).toBeGreaterThan(30);
    // of each run of the tests too
    expect([...drawn.keys()].filter((key) => !inSlice.has(key))).toEqual([]);
    for (const source of ["constant", "parameter"]) reshaped.add(source); // hardly ever read alone
    expect([...reshaped].sort()).toEqual(Object.keys(layerTypes).sort());
    expect([branching > 50, chains > 50]).toEqual([true, true]);
  });
});
