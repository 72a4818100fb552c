import { ConfigError } from "../../core/errors.js";
import { divide, scale } from "../rules/divide.js";
import { mapped } from "../rules/entryMap.js";
import type { Stabiliser } from "../rules/rules.js";
import type { LinearBatch } from "./linearBatch.js";
import type { LinearBinding, PreparedPart } from "./preparedRule.js";

/** s_j = share · R_j / (z_j + ε sign z_j) of one part of a rule, for a batch. [batch, outputs] */
export type Quotients = (batch: LinearBatch) => Float64Array;

/** How the quotients of a part are made: from what does not depend on the data, if that is all. */
export function quotientsOf(binding: LinearBinding, part: PreparedPart): Quotients {
  const { outputs, work } = binding;
  const [, s] = work.outputs;
  const { reciprocal, share } = part;
  if (!reciprocal) return dividing(binding, part);
  return ({ relevance, batch, lost }) => {
    scale(relevance, reciprocal, share, s, batch, outputs, lost);
    return s;
  };
}

function dividing(binding: LinearBinding, part: PreparedPart): Quotients {
  const { outputs, work, rule } = binding;
  const { share, fixed, outputs: gated } = part;
  const { stabiliser } = rule;
  const [, s] = work.outputs;
  const sumsOf = part.isOutput ? ({ y }: LinearBatch) => y : denominators(binding, part);
  const epsilonOf =
    typeof stabiliser === "number" ? () => stabiliser : stabilisers(binding, part, stabiliser);
  const sign = gated === "negative" ? -1 : 1;
  return (of) => {
    const { y, relevance, batch, lost } = of;
    const sums = sumsOf(of);
    const epsilon = epsilonOf(of, sums);
    const gate = gated && y;
    divide(relevance, sums, fixed, epsilon, share, gate, sign, s, batch, outputs, lost);
    return s;
  };
}

/** ε of each sample. [batch] */
function stabilisers(
  { layer, features, outputs }: LinearBinding,
  { fixed }: PreparedPart,
  stabiliser: Stabiliser,
): (of: LinearBatch, sums: Float64Array) => Float64Array {
  return ({ x, batch }, sums) =>
    Float64Array.from({ length: batch }, (_, n) => {
      const own = sums.subarray(n * outputs, (n + 1) * outputs);
      const epsilon = stabiliser(
        x.subarray(n * features, (n + 1) * features),
        fixed ? own.map((value, j) => value + fixed[j]) : own,
      );
      if (epsilon >= 0 && epsilon < Infinity) return epsilon;
      const cure = "Return a finite number ≥ 0";
      throw new ConfigError(`${layer}: the stabiliser of its rule gives ε = ${epsilon}. ${cure}.`, {
        epsilon,
      });
    });
}

/** z = Σ_terms A(w(W)) x(x) + b(b), over the terms that depend on the data. */
function denominators(binding: LinearBinding, part: PreparedPart): Quotients {
  const [z] = binding.work.outputs;
  return (of) => {
    if (of.few) fewDenominators(binding, part, of);
    else allDenominators(binding, part, of);
    return z;
  };
}

function allDenominators(
  { map, features, outputs, work }: LinearBinding,
  { terms }: PreparedPart,
  { x, batch, nonNegative }: LinearBatch,
): void {
  const [xs] = work.inputs;
  const [z, , more] = work.outputs;
  let written = false;
  for (const term of terms) {
    if (term.row) continue;
    const values = mapped(term.x, x, xs, batch, features, nonNegative);
    if (!values && !term.bias) continue;
    if (!values) xs.fill(0, 0, batch * features);
    map.apply(term.weight(), term.bias, values ?? xs, written ? more : z, batch);
    if (written) for (let p = 0; p < batch * outputs; p++) z[p] += more[p];
    written = true;
  }
  if (!written) z.fill(0, 0, batch * outputs);
}

/** The same at outputs with relevance; elsewhere z means nothing. */
function fewDenominators(
  { features, outputs, work }: LinearBinding,
  { terms }: PreparedPart,
  { x, relevance, batch, nonNegative }: LinearBatch,
): void {
  const [xs] = work.inputs;
  const [z, , more] = work.outputs;
  let written = false;
  for (const term of terms) {
    const values = mapped(term.x, x, xs, batch, features, nonNegative);
    if (!values && !term.bias) continue;
    const sums = written ? more : z;
    if (values) term.rows!().dots(values, relevance, sums, batch);
    else sums.fill(0, 0, batch * outputs);
    if (written) for (let p = 0; p < batch * outputs; p++) z[p] += more[p];
    if (term.bias)
      for (let n = 0, p = 0; n < batch; n++)
        for (let j = 0; j < outputs; j++, p++) z[p] += term.bias[j];
    written = true;
  }
  if (!written) z.fill(0, 0, batch * outputs);
}
