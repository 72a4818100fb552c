import { ConfigError, tensor } from "phaselens/core";
import { exactHessian } from "phaselens/hessian";
import * as nn from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { relativeToMaximum } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";
import { lastCut } from "phaselens/internal/nn/network/cut";

const theta = (network: nn.Network): Float64Array =>
  randomTensor([network.parameterCount], 7).data.map((v) => 0.4 * v);
const two = nn.softmaxCrossEntropy;

/** A residual, a parameter that the head reads alone, and a layer that both parts use. */
const branched = nn.graph((input, then, again) => {
  const first = then(nn.dense(3, 3), input);
  const bent = then(nn.tanh(), first);
  const twice = again(first, bent);
  const sum = then(nn.add(), twice, bent);
  const gate = then(nn.operations.parameter([3], 1));
  const gated = then(nn.multiply(), sum, gate);
  return then(nn.dense(3, 2), then(nn.add(), gated, bent));
});
const samples = {
  x: randomTensor([6, 3], 1),
  target: tensor(
    [6, 2],
    Float64Array.from({ length: 12 }, (_, k) => ((k >> 1) + k) % 2),
  ),
};

describe("the head of a network", () => {
  it("reads all values that lead past the cut, owns what it alone reads, and has the whole's block", () => {
    const at = theta(branched);
    const part = nn.head(branched, at, samples.x, { after: 3 });
    expect(part.network.inputs?.map(({ name }) => name)).toEqual(["tanh, node 1", "add, node 3"]);
    expect(Array.from(part.places)).toEqual(Array.from({ length: 11 }, (_, p) => 12 + p));
    const whole = exactHessian(branched, at, samples, { loss: two, l2: 0.1 });
    const own = { x: part.x, target: samples.target };
    const block = exactHessian(part.network, part.theta, own, { loss: two, l2: 0.1 });
    const wanted = block.data.map(
      (_, k) => whole.data[(12 + Math.floor(k / 11)) * 23 + 12 + (k % 11)],
    );
    expect(relativeToMaximum(block.data, wanted)).toBeLessThan(1e-13);
  });

  it("with a layer that the part before the cut uses too is refused, and what to do is said", () => {
    expect(() => nn.head(branched, theta(branched), samples.x, { after: "tanh" })).toThrow(
      "layers after tanh, node 1 share parameters with dense(3→3), node 0, which is before it. Name a node before it, or take all",
    );
  });

  it.each([
    [{ after: 7 }, "after is 7; it must be a node from 0 to 6"],
    [{ after: "add" }, "layers of nodes 3, 6 are called"],
    [{ after: "gelu" }, "no layer of graph is called"],
  ])("refuses the cut %j", (options, text) => {
    const call = (): unknown => nn.head(branched, theta(branched), samples.x, options);
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(text);
  });

  it("is not cut where nothing leads to the output", () => {
    const dead = nn.graph((input, then) => {
      then(nn.relu(), input);
      return then(nn.dense(3, 2), then(nn.tanh(), input));
    });
    expect(() => nn.head(dead, theta(dead), samples.x, { after: "relu" })).toThrow(
      "the output of graph does not follow from relu, node 0. Name a node on the way to it.",
    );
  });

  it("needs parameters after the cut", () => {
    const network = nn.sequential([nn.dense(3, 2), nn.tanh(), nn.softplus()]);
    const call = (): unknown => nn.head(network, theta(network), samples.x, { after: "tanh" });
    expect(call).toThrow(ConfigError);
    expect(call).toThrow("there are no parameters after tanh, node 1. Name a node before the last");
  });

  it("is by default cut before the last layer that has parameters of its own", () => {
    expect(lastCut(branched)?.after).toBe(6);
    const tied = nn.graph((input, then, again) => {
      const first = then(nn.dense(3, 3), input);
      const second = then(nn.dense(3, 3), first);
      return again(first, then(nn.tanh(), again(second, second)));
    });
    expect(lastCut(tied)).toBeUndefined();
    const used = nn.graph((input, then, again) => {
      const first = then(nn.dense(3, 3), then(nn.tanh(), input));
      return again(first, then(nn.tanh(), first));
    });
    expect(lastCut(used)?.after).toBe(0);
  });
});
