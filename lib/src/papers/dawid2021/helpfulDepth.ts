import { takes } from "../../core/arguments/takes.js";
import { count as whole, numbers, tensorOf } from "../../core/arguments/kinds.js";
import { row, type Tensor } from "../../core/tensor.js";

/**
 * Mean V₁/J of the training points that help one test prediction most: whether they follow a test
 * point deep into its phase (Fig. 3).
 * @param values       influence or RelatIF, [test, train]
 * @param interaction  V₁/J of the training points, [train]
 * @param count        how many points; the paper marks five
 */
export function helpfulDepth(
  values: Tensor,
  test: number,
  interaction: ArrayLike<number>,
  count = 5,
): number {
  takes("helpfulDepth", { values: [values, tensorOf(["test", "train"])] });
  const [tests, points] = values.shape;
  takes("helpfulDepth", {
    test: [test, whole(0, tests - 1)],
    interaction: [interaction, numbers(1, points)],
    count: [count, whole(1)],
  });
  const line = row(values, test);
  const helpful = Array.from(line.keys())
    .sort((a, b) => line[b] - line[a])
    .slice(0, count);
  return helpful.reduce((sum, r) => sum + interaction[r], 0) / helpful.length;
}
