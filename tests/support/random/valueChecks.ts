import { expect } from "vitest";
import { row, takeRows } from "phaselens/core";
import { activations, losses, predict, risk, riskAndGradient } from "phaselens/nn";
import { agree } from "./agree.js";
import { along, naiveLosses, naiveRisk, naiveValues, rowOf } from "./naiveWalk.js";
import type { Check } from "./overRandomNetworks.js";

export const valueChecks: Record<string, Check> = {
  "every value is what the definitions of the layers say"(problem) {
    const {
      network,
      theta,
      samples: { x },
    } = problem;
    const n = x.shape[0];
    const [found, outputs] = [activations(network, theta, x), predict(network, theta, x)];
    for (let s = 0; s < n; s++) {
      const values = naiveValues(problem, along(theta), along(rowOf(x.data, n, s))).map((value) =>
        value.map(([one]) => one),
      );
      values.forEach((value, v) =>
        agree(`value ${v}`, rowOf(found[v].data, n, s), value, 1e-12, 1),
      );
      agree("predict", row(outputs, s), values[values.length - 1], 1e-12, 1);
    }
  },

  "losses and the risk are their definitions"(problem) {
    const { network, theta, samples, loss, options } = problem;
    const wanted = naiveLosses(problem, along(theta)).map(([value]) => value);
    agree(
      "losses",
      losses(loss.loss, predict(network, theta, samples.x), samples.target),
      wanted,
      1e-11,
      1,
    );
    const { l1 = 0, ...smooth } = options;
    const [value] = naiveRisk(problem, along(theta));
    agree("risk", [risk(network, theta, samples, smooth)], [value], 1e-11, 1);
    const strengths = strengthsOf(problem, l1);
    const penalty = theta.reduce((sum, one, p) => sum + strengths[p] * Math.abs(one), 0);
    agree(
      "risk with l1",
      [riskAndGradient(network, theta, samples, options).risk],
      [value + penalty],
      1e-11,
      1,
    );
  },

  "single precision has the shape and, to its rounding, the numbers of double"({
    network,
    theta,
    samples: { x },
  }) {
    const exact = predict(network, theta, x);
    const single = predict(network, theta, x, { precision: "float32" });
    expect(single.shape).toEqual(exact.shape);
    if (network.nodes.some(({ layer }) => layer.kind === "choice" || layer.kind === "gather"))
      return; // what is chosen may be another
    agree("predict", single.data, exact.data, 1e-3, 1);
  },

  "a batch is its samples one by one"({ network, theta, samples: { x } }) {
    const n = x.shape[0];
    const whole = predict(network, theta, x);
    for (let s = n - 1; s >= 0; s--) {
      agree(
        `sample ${s}`,
        predict(network, theta, takeRows(x, Int32Array.of(s))).data,
        row(whole, s),
        1e-13,
        1,
      );
    }
  },
};

/** The coefficient of |θ_p|, for each parameter. */
export function strengthsOf(
  { network }: Parameters<Check>[0],
  l1: NonNullable<Parameters<Check>[0]["options"]["l1"]>,
): Float64Array {
  const P = network.parameterCount;
  if (typeof l1 === "number") return new Float64Array(P).fill(l1);
  if (l1 instanceof Float64Array) return l1;
  const first = network.nodes.find(({ layer }) => layer.kind === "affine")!;
  const weights =
    first.layer.kind === "affine" ? first.layer.weightShape.reduce((a, b) => a * b, 1) : 0;
  return new Float64Array(P).fill(l1.firstLayer, first.offset, first.offset! + weights);
}
