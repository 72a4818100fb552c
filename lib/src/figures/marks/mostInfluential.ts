import { count as whole } from "../../core/arguments/kinds.js";
import { numbers } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";

/**
 * The training points that matter most for one test point: largest influence, then smallest (most
 * negative). I > 0 means that removing the point raises the test loss: the point is helpful (Dawid
 * et al. 2021, Eq. (1)).
 * @param values  influence of each training point, [n]
 * @param count   how many on each side, 5 in the paper
 * @returns indices, strongest first; equal values in ascending index, so that the answer does not
 *   depend on the sort
 */
export function mostInfluential(
  values: ArrayLike<number>,
  count = 5,
): { helpful: number[]; harmful: number[] } {
  takes("mostInfluential", { values: [values, numbers()], count: [count, whole()] });
  const order = Array.from({ length: values.length }, (_, n) => n);
  const helpful = [...order].sort((a, b) => values[b] - values[a] || a - b).slice(0, count);
  const harmful = [...order].sort((a, b) => values[a] - values[b] || a - b).slice(0, count);
  return { helpful, harmful };
}
