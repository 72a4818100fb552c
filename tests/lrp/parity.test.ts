import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { makeRng, type Tensor } from "phaselens/core";
import {
  alphaBeta,
  epsilon,
  flat,
  gamma,
  relevance,
  uniform,
  wSquare,
  zBounded,
  zPlus,
  type RelevanceRule,
} from "phaselens/lrp";
import {
  conv1d,
  conv2d,
  conv3d,
  dense,
  flatten,
  maxPool,
  relu,
  sequential,
  shapes,
  type Layer,
  type Network,
} from "phaselens/nn";
import { beforeAll, describe, expect, it } from "vitest";
import { relativeToMaximum } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";

const python =
  process.env.PHASELENS_BENCH_PYTHON ??
  fileURLToPath(new URL("../../.venv-bench/bin/python", import.meta.url));
const script = fileURLToPath(new URL("zennit_parity.py", import.meta.url));
const installed =
  existsSync(python) && spawnSync(python, [script], { input: "[]", timeout: 60_000 }).status === 0;

const rules = {
  wSquare,
  zPlus,
  flat,
  epsilon: epsilon(0.01),
  gamma: gamma(0.4),
  alphaBeta: alphaBeta(2, 1),
  zBounded: zBounded(-6, 7),
} satisfies Record<string, RelevanceRule>;
type RuleName = keyof typeof rules;

interface Case {
  readonly network: Network;
  readonly layers: (string | number)[][];
  readonly theta: Float64Array;
  readonly x: Tensor;
  readonly first: RuleName;
  readonly rule: RuleName;
}

/**
 * Convolutions in 1 to 3 dimensions with random widths, kernels, padding and strides, then dense
 * layers; or dense layers alone.
 */
function randomCase(seed: number): Case {
  const rng = makeRng(seed, "parity");
  const pick = <T>(...choices: T[]): T => choices[rng.integer(choices.length)];
  const axes = rng.integer(4);
  const layers: Layer[] = [];
  const named: (string | number)[][] = [];
  const put = (layer: Layer, name: string, ...numbers: number[]): void =>
    void (layers.push(layer), named.push([name, ...numbers]));
  const input =
    axes === 0
      ? [pick(3, 7)]
      : [pick(1, 2), ...Array.from({ length: axes }, () => 7 + rng.integer(3))];
  const width = (): number =>
    shapes(sequential(layers), input)
      .at(-1)!
      .reduce((product, extent) => product * extent, 1);
  if (axes > 0) {
    const conv = [conv1d, conv2d, conv3d][axes - 1] as typeof conv1d;
    const [to, kernel, padding, stride] = [
      2 + rng.integer(3),
      pick(2, 3),
      pick(0, 1),
      pick(1, 1, 2),
    ];
    put(
      conv(input[0], to, kernel, { padding, stride }),
      `conv${axes}d`,
      input[0],
      to,
      kernel,
      padding,
      stride,
    );
    put(relu(), "relu");
    put(maxPool(2), `maxPool${axes}d`, 2);
    if (rng.uniform() < 0.5) {
      put(conv(to, 3, 2, { padding: 1 }), `conv${axes}d`, to, 3, 2, 1, 1);
      put(relu(), "relu");
    }
    put(flatten(), "flatten");
  }
  for (const out of [6, 4]) {
    const from = layers.length === 0 ? input[0] : width();
    put(dense(from, out), "dense", from, out);
    if (out !== 4) put(relu(), "relu");
  }
  const network = sequential(layers);
  const theta = randomTensor([network.parameterCount], seed).data.map((v) => 0.6 * v);
  const x = randomTensor([3, ...input], seed + 1);
  return {
    network,
    layers: named,
    theta,
    x,
    first: pick<RuleName>("wSquare", "flat", "zBounded", "epsilon", "gamma"),
    rule: pick<RuleName>("zPlus", "epsilon", "gamma", "alphaBeta", "flat"),
  };
}

/**
 * zennit's z⁺ and w² were told to leave out the biases; its γ and α-β were not, and neither are
 * ours.
 */
describe("random networks beside PyTorch and zennit", () => {
  if (!installed) {
    it.skip("needs zennit in .venv-bench: environment/bench/requirements.txt, tests/bench/peers/zennit_alone.py", () => {});
    return;
  }
  const cases = Array.from({ length: 60 }, (_, k) => randomCase(100 + k));
  let theirs: number[][];
  beforeAll(() => {
    const input = JSON.stringify(
      cases.map(({ layers, theta, x, first, rule }) => ({
        layers,
        theta: [...theta],
        x: [...x.data],
        shape: x.shape,
        first,
        rule,
      })),
    );
    const { stdout, stderr, status } = spawnSync(python, [script], {
      input,
      timeout: 120_000,
      maxBuffer: 1 << 27,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
    theirs = JSON.parse(stdout) as number[][];
  });
  it.each(
    cases.map(({ first, rule, layers }, k) => ({
      k,
      name: `${k}: ${first}, then ${rule} in ${layers.map(([layer]) => layer).join(", ")}`,
    })),
  )("$name", ({ k }) => {
    const { network, theta, x, first, rule } = cases[k];
    const found = relevance(network, theta, x, uniform(rules[rule], { first: rules[first] })).at[0]
      .data;
    expect(theirs[k].every(Number.isFinite)).toBe(true);
    expect(Math.max(...found.map((v, p) => Math.abs(v - theirs[k][p])))).toBeLessThanOrEqual(
      1e-10 * Math.max(1e-3, ...theirs[k].map(Math.abs)),
    );
    if (theirs[k].some((v) => v !== 0))
      expect(relativeToMaximum(found, theirs[k])).toBeLessThan(1e-9);
  });
});
