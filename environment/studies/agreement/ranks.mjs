// Whether two taggers put the tracks of a jet in the same order, beyond what is plain to see.
import { core } from "phaselens";
import { ranks } from "phaselens/internal/core/statistics/statistics";

const varies = (values) => values.some((v) => v !== values[0]);

/** Spearman correlation of two orders of the tracks of a jet; null where one does not vary. */
export const together = (a, b) => (varies(a) && varies(b) ? core.spearman(a, b) : null);

/**
 * Partial rank correlation: that of what is left of both after linear regression of their ranks on
 * the ranks of others. Of one other it is (r_ab − r_ac r_bc)/√((1 − r_ac²)(1 − r_bc²)).
 * @param {number[]} a  @param {number[]} b
 * @param {number[][]} others  those that do not vary say nothing
 * @returns {number | null}  null where nothing is left
 */
export function partial(a, b, others) {
  const basis = [];
  for (const one of [a.map(() => 1), ...others.map(ranks)]) {
    const rest = residual(Float64Array.from(one), basis);
    const length = core.norm(rest);
    if (length > 1e-9 * core.norm(Float64Array.from(one))) basis.push(rest.map((v) => v / length));
  }
  const [left, right] = [a, b].map((values) => residual(Float64Array.from(ranks(values)), basis));
  const sizes = core.norm(left) * core.norm(right);
  return sizes > 1e-9 * a.length * a.length ? core.dot(left, right) / sizes : null;
}

/** A vector less its parts along orthonormal ones. */
function residual(vector, basis) {
  return basis.reduce((rest, direction) => {
    const part = core.dot(rest, direction);
    return rest.map((v, k) => v - part * direction[k]);
  }, vector);
}
