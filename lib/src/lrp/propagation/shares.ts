import { mapped, one, zero } from "../rules/entryMap.js";
import type { LinearBatch } from "./linearBatch.js";
import type { LinearBinding, PreparedPart, PreparedTerm } from "./preparedRule.js";

/**
 * R_i += share · t(x_i) Σ_j w(W_ji) s_j of one part of a rule. `written` says whether R_i holds
 * something, and the result whether it does now; what did not is overwritten.
 */
export type Shares = (of: LinearBatch, s: Float64Array, written: boolean) => boolean;

export function sharesOf(binding: LinearBinding, { terms, share }: PreparedPart): Shares {
  const each = terms.map((term) => sharesOfTerm(binding, term, share));
  return (of, s, written) => each.reduce((some, add) => add(of, s, some), written);
}

function sharesOfTerm(
  { map, features, work }: LinearBinding,
  { takes, taken, rows, weight }: PreparedTerm,
  share: number,
): Shares {
  const [xs, gx] = work.inputs;
  if (takes === zero) return (_of, _s, written) => written;
  const unit = takes === one;
  return ({ x, out, batch, nonNegative, few }, s, written) => {
    const factor = taken ?? mapped(takes, x, xs, batch, features, nonNegative);
    if (!factor) return written;
    if (few && !written && !taken && share === 1) {
      rows!().combine(s, factor, out, batch);
      return true;
    }
    const target = written ? gx : out;
    if (few) rows!().combine(s, undefined, target, batch);
    else map.applyTransposed(weight(), s, target, batch);
    if (written) addProducts(out, gx, taken, factor, unit, share, batch, features);
    else multiply(out, taken, factor, unit, share, batch, features);
    return true;
  };
}

/** out = share · factor · out, where the factor is a row for all samples, or one for each, or 1. */
export function multiply(
  out: Float64Array,
  row: Float64Array | undefined,
  factor: Float64Array,
  unit: boolean,
  share: number,
  batch: number,
  features: number,
): void {
  if (unit && share === 1) return;
  for (let n = 0, p = 0; n < batch; n++) {
    for (let f = 0; f < features; f++, p++) out[p] *= share * (row ? row[f] : factor[p]);
  }
}

/** out += share · factor · g. */
function addProducts(
  out: Float64Array,
  g: Float64Array,
  row: Float64Array | undefined,
  factor: Float64Array,
  unit: boolean,
  share: number,
  batch: number,
  features: number,
): void {
  for (let n = 0, p = 0; n < batch; n++) {
    for (let f = 0; f < features; f++, p++)
      out[p] += share * (unit ? 1 : row ? row[f] : factor[p]) * g[p];
  }
}
