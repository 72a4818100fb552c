import { bluecher2020, neubauer2022 } from "phaselens/papers";
import { row, tensor, type Tensor } from "phaselens/core";
import {
  alphaBeta,
  attribute,
  deepLift,
  epsilon,
  epsilonPlusFlat,
  flat,
  gamma,
  gradient,
  gradientTimesInput,
  halfAndHalf,
  integratedGradients,
  layerwise,
  normalisationCentring,
  occlusion,
  proportional,
  recommended,
  tiesShared,
  uniform,
  withoutBias,
  wSquare,
  zBounded,
  zPlus,
  type AttributionMethod,
  type Composite,
  type RelevanceRule,
  type Start,
} from "phaselens/lrp";
import { predict, type Layer } from "phaselens/nn";
import type { RandomProblem } from "../randomNetworks.js";
import { agree, dotOf } from "./agree.js";
import { direction } from "./directions.js";
import { constant, type HyperDual } from "./hyperDual.js";
import { along, naiveValues, rowOf } from "./naiveWalk.js";
import { naiveRelevance, naiveRules } from "./naiveRelevance.js";
import type { Check } from "./overRandomNetworks.js";
import { identity } from "phaselens/internal/lrp/rules/entryMap";

const rms = (z: Float64Array): number =>
  Math.sqrt(z.reduce((sum, v) => sum + (v * v) / z.length, 0));
const deviation = (x: Float64Array): number => {
  const mean = x.reduce((sum, v) => sum + v / x.length, 0);
  return rms(x.map((v) => v - mean));
};
/** SIGN (Gumpfer et al. 2023): an input takes its sign in place of itself. */
const signs: RelevanceRule = {
  ...epsilon(),
  name: "SIGN",
  parts: [
    {
      share: 1,
      terms: [
        {
          x: identity,
          w: identity,
          b: identity,
          takes: { name: "sign", of: (v) => (v < 0 ? -1 : 1) },
        },
      ],
    },
  ],
};

/** Every rule, every treatment of a maximum, and the composites of the papers. */
const composites: readonly Composite[] = [
  bluecher2020.tableIII,
  {
    ...neubauer2022.composite,
    rules: { ...epsilonPlusFlat.rules, ...neubauer2022.composite.rules },
  },
  epsilonPlusFlat,
  uniform(epsilon(0.01), { first: zBounded(-9, 9) }),
  uniform(gamma(0.4, 1e-3), { first: flat, maximum: tiesShared }),
  uniform(alphaBeta(2, 1)),
  recommended,
  uniform(epsilon(0.2, { relative: true })),
  uniform(zPlus, { first: wSquare, maximum: proportional }),
  uniform(withoutBias(alphaBeta(1.5, 0.5))),
  {
    ...uniform(flat),
    rules: { ...uniform(flat).rules, product: halfAndHalf, normalisation: normalisationCentring },
  },
  uniform(wSquare),
  uniform(
    { ...epsilon(), name: "ε of the data", stabiliser: (x, z) => 0.1 * deviation(x) + rms(z) / 9 },
    { first: { ...signs, stabiliser: (x) => 0.01 + deviation(x) } },
  ),
  uniform({ ...flat, stabiliser: (_x, z) => rms(z) / 3 }, { first: { ...signs, stabiliser: 0.1 } }),
];

const plainValues = (problem: RandomProblem, s: number): number[][] => {
  const {
    theta,
    samples: { x },
  } = problem;
  return naiveValues(problem, along(theta), along(rowOf(x.data, x.shape[0], s))).map((value) =>
    value.map(([one]) => one),
  );
};

/** R_k of the outputs, and c of f = Σ c_k y_k. */
function started(start: Start, y: readonly number[], s: number): { r: number[]; c: number[] } {
  const c = y.map((_, k) => {
    if (start === "arg-max") return k === y.indexOf(Math.max(...y)) ? 1 : 0;
    if ("output" in start) return k === start.output ? 1 : 0;
    if ("difference" in start)
      return (k === start.difference[0] ? 1 : 0) - (k === start.difference[1] ? 1 : 0);
    return row("weights" in start ? start.weights : start.target, s)[k];
  });
  return {
    c,
    r: typeof start === "object" && "target" in start ? c : c.map((one, k) => one * y[k]),
  };
}

/** One of the starts that there are, another for each network. */
function startOf({ samples: { target } }: RandomProblem): Start {
  const [n, outputs] = target.shape;
  const weights = tensor([n, outputs], Array.from(direction(n * outputs, "weights")));
  const starts: Start[] = [
    "arg-max",
    { output: outputs - 1 },
    { difference: [0, outputs - 1] },
    { weights },
    { target: weights },
  ];
  return starts[variant(target) % starts.length];
}

/** A number that differs from network to network. */
const variant = (target: Tensor): number =>
  Math.floor(1000 * Math.abs(target.data.reduce((sum, one, p) => sum + one * (p + 1), 0.37)));

/** Layers that change what they pass on, not only how much: DeepLift cannot share that out. */
const jumps = (layer: Layer): boolean =>
  layer.kind === "choice" && !["maximum", "minimum"].includes(layer.name);

export const relevanceChecks: Record<string, Check> = {
  "relevance of every value is the walk by the rules, layer by layer"(problem) {
    const {
      network,
      theta,
      samples: { x, target },
    } = problem;
    const start = startOf(problem);
    const composite = composites[(variant(target) >> 2) % composites.length];
    const every = Array.from({ length: network.nodes.length + 1 }, (_, v) => v);
    const all = attribute(network, theta, x, layerwise(composite), { start, at: every });
    const alone = attribute(network, theta, x, layerwise(composite), { start, batch: 2 });
    const rules = naiveRules(network, composite);
    for (let s = 0; s < x.shape[0]; s++) {
      const values = plainValues(problem, s);
      const wanted = naiveRelevance(
        problem,
        rules,
        values,
        started(start, values[values.length - 1], s).r,
      );
      const scale = Math.max(...wanted.flatMap((value) => Array.from(value, Math.abs)));
      for (const v of every)
        agree(`${composite.name}: value ${v}`, row(all.at[v], s), wanted[v], 1e-8, scale);
      agree(`${composite.name}: input alone`, row(alone.at[0], s), wanted[0], 1e-8, scale);
    }
    const lost = all.conservation.reduce((sum, entry) => sum + entry.lost, 0);
    const scale = Math.max(1, ...all.conservation.map(({ arriving }) => Math.abs(arriving)));
    agree("missing", [all.missing!.reduce((a, b) => a + b, 0)], [lost], 1e-8, scale);
  },

  "outputs and what is explained are those of predict"(problem) {
    const {
      network,
      theta,
      samples: { x },
    } = problem;
    const start = startOf(problem);
    const y = predict(network, theta, x);
    for (const method of [
      layerwise(composites[0]),
      gradient(),
      deepLift(),
      integratedGradients({ steps: 2 }),
      occlusion(),
    ]) {
      const found = attribute(network, theta, x, method, { start });
      agree(`output of ${method.name}`, found.output.data, y.data, 1e-12, 1);
      const wanted = Array.from(
        { length: x.shape[0] },
        (_, s) => started(start, Array.from(row(y, s)), s).c,
      ).flat();
      agree(`coefficients of ${method.name}`, found.coefficients.data, wanted, 1e-12, 1);
    }
  },

  "the gradient is the derivative of f, and gradient × input that times the input"(problem) {
    const {
      samples: { x },
    } = problem;
    const [found, times] = [gradient(), gradientTimesInput()].map((method) =>
      explained(problem, method),
    );
    for (let s = 0; s < x.shape[0]; s++) {
      const sample = rowOf(x.data, x.shape[0], s);
      const u = direction(sample.length, "u");
      const { c } = started(startOf(problem), plainValues(problem, s).at(-1)!, s);
      agree(
        "∂f/∂x·u",
        [dotOf(row(found, s), u)],
        [outputAlong(problem, sample, u, c)[1]],
        1e-11,
        1,
      );
      agree(
        "x ∂f/∂x",
        row(times, s),
        row(found, s).map((one, i) => one * sample[i]),
        1e-12,
        1,
      );
    }
  },

  "integrated gradients are the mean of gradients on the way from the baseline"(problem) {
    const {
      samples: { x },
    } = problem;
    const steps = 3;
    const found = explained(problem, integratedGradients({ steps }));
    for (let s = 0; s < x.shape[0]; s++) {
      const sample = rowOf(x.data, x.shape[0], s);
      const { c } = started(startOf(problem), plainValues(problem, s).at(-1)!, s);
      const u = direction(sample.length, "u");
      const along = u.map((one, i) => one * sample[i]);
      let wanted = 0;
      for (let k = 0; k < steps; k++)
        wanted +=
          outputAlong(
            problem,
            sample.map((one) => ((k + 0.5) / steps) * one),
            along,
            c,
          )[1] / steps;
      agree("Σ u R", [dotOf(row(found, s), u)], [wanted], 1e-11, 1);
    }
  },

  "DeepLift shares out f(x) − f(0) at the input and at every value that all of f passes"(problem) {
    const {
      network,
      theta,
      samples: { x },
    } = problem;
    const start = startOf(problem);
    const last = network.nodes.length;
    if (network.nodes.some(({ layer }) => jumps(layer))) return false;
    const found = attribute(network, theta, x, deepLift(), { start, at: [0, last] });
    for (let s = 0; s < x.shape[0]; s++) {
      const { c } = started(start, plainValues(problem, s).at(-1)!, s);
      const sample = rowOf(x.data, x.shape[0], s);
      const f = (at: Float64Array): number => outputAlong(problem, at, at, c)[0];
      const wanted = f(sample) - f(new Float64Array(sample.length));
      for (const v of [0, last])
        agree(
          `Σ R of value ${v}`,
          [row(found.at[v], s).reduce((a, b) => a + b, 0)],
          [wanted],
          1e-9,
          1,
        );
    }
  },

  "occlusion is f(x) − f(x without the entry)"(problem) {
    const {
      samples: { x },
    } = problem;
    const found = explained(problem, occlusion());
    for (let s = 0; s < Math.min(2, x.shape[0]); s++) {
      const { c } = started(startOf(problem), plainValues(problem, s).at(-1)!, s);
      const sample = rowOf(x.data, x.shape[0], s);
      const f = (at: Float64Array): number => outputAlong(problem, at, at, c)[0];
      const wanted = sample.map(
        (_, i) => f(sample) - f(sample.map((one, k) => (k === i ? 0 : one))),
      );
      agree("R", row(found, s), wanted, 1e-11, 1);
    }
  },
};

const explained = (problem: RandomProblem, method: AttributionMethod): Tensor => {
  const {
    network,
    theta,
    samples: { x },
  } = problem;
  return attribute(network, theta, x, method, { start: startOf(problem) }).at[0];
};

/** f = Σ c_k y_k at a sample, and its derivative along u. */
function outputAlong(
  problem: RandomProblem,
  sample: Float64Array,
  u: Float64Array,
  c: readonly number[],
): HyperDual {
  const y = naiveValues(problem, along(problem.theta), along(sample, u)).at(-1)!;
  const f = constant(0);
  y.forEach((one, k) => one.forEach((part, d) => (f[d] += c[k] * part)));
  return f;
}
