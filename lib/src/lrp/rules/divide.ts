import type { ZeroDenominators } from "./loss.js";

/** z + ε sign z with sign 0 = +1. */
export const stabilised = (z: number, epsilon: number): number =>
  z < 0 ? z - epsilon : z + epsilon;

/**
 * s_j = R_j / (z_j + ε sign z_j) over `batch` rows; 0 where the quotient is not finite, which is
 * entered as lost.
 *
 * @param epsilon  ε, for all samples or [batch]
 * @param fixed    [outputs], added to each row of z; undefined for none
 * @param z        [batch, outputs]
 * @param gate     [batch, outputs] and its wanted sign: s_j = 0 elsewhere
 */
export function divide(
  relevance: Float64Array,
  z: Float64Array,
  fixed: Float64Array | undefined,
  epsilon: number | Float64Array,
  share: number,
  gate: Float64Array | undefined,
  sign: 1 | -1,
  s: Float64Array,
  batch: number,
  outputs: number,
  lost: ZeroDenominators,
): void {
  for (let n = 0, p = 0; n < batch; n++) {
    const own = typeof epsilon === "number" ? epsilon : epsilon[n];
    for (let j = 0; j < outputs; j++, p++) {
      const r = relevance[p];
      if (r === 0 || (gate && sign * gate[p] < 0) || (gate && sign < 0 && gate[p] === 0)) {
        s[p] = 0;
        continue;
      }
      const quotient = r / stabilised(fixed ? z[p] + fixed[j] : z[p], own);
      if (quotient - quotient === 0 && !(gate && gate[p] === 0)) {
        s[p] = quotient;
      } else {
        s[p] = 0;
        lost.relevance[n] += share * r;
        lost.count++;
      }
    }
  }
}

/** 1 / (z_j + ε sign z_j), 0 where that is not finite. [outputs] */
export function reciprocals(z: Float64Array, epsilon: number): Float64Array {
  return z.map((value) => {
    const inverse = 1 / stabilised(value, epsilon);
    return Number.isFinite(inverse) ? inverse : 0;
  });
}

/** s_j = R_j · reciprocal_j, for denominators that do not depend on the data. */
export function scale(
  relevance: Float64Array,
  reciprocal: Float64Array,
  share: number,
  s: Float64Array,
  batch: number,
  outputs: number,
  lost: ZeroDenominators,
): void {
  for (let n = 0, p = 0; n < batch; n++)
    for (let j = 0; j < outputs; j++, p++) s[p] = relevance[p] * reciprocal[j];
  if (!reciprocal.includes(0)) return;
  for (let n = 0, p = 0; n < batch; n++) {
    for (let j = 0; j < outputs; j++, p++) {
      if (reciprocal[j] !== 0 || relevance[p] === 0) continue;
      lost.relevance[n] += share * relevance[p];
      lost.count++;
    }
  }
}
