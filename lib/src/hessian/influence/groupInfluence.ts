import { list, tensorOf } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import type { Tensor } from "../../core/tensor.js";

/**
 * Influence of a group of training points that are removed together: the sum over its members, for
 * each test point [test].
 *
 * Exact to first order in the size of the group; what it leaves out is that the members' curvature
 * goes with them (Koh et al. 2019). `removals` measures the whole.
 *
 * @param influence  [test, train], see `influence`
 * @param rows       training points of the group
 * @throws ConfigError for a row that does not exist or is named twice
 */
export function groupInfluence(influence: Tensor, rows: readonly number[]): Float64Array {
  takes("groupInfluence", {
    influence: [influence, tensorOf(["test", "train"])],
    rows: [rows, list],
  });
  const [test, train] = influence.shape;
  const wrong = rows.find((r) => !(Number.isInteger(r) && r >= 0 && r < train));
  if (wrong !== undefined)
    throw new ConfigError(
      `groupInfluence: there is no training point ${wrong}; they are numbered 0 … ${train - 1}.`,
      { row: wrong },
    );
  if (rows.length === 0 || new Set(rows).size !== rows.length) {
    throw new ConfigError(
      `groupInfluence: the group names ${rows.length} points. Name at least one, and each once.`,
      { rows: rows.length },
    );
  }
  return Float64Array.from({ length: test }, (_, t) =>
    rows.reduce((sum, r) => sum + influence.data[t * train + r], 0),
  );
}
