import { takes } from "../../core/arguments/takes.js";
import { count, listOf, record, tensorOf, text } from "../../core/arguments/kinds.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import { ConfigError, ShapeError } from "../../core/errors.js";

/** Columns of a table that are drawn as one. */
export interface ColumnGroup {
  readonly name: string;
  readonly of: readonly number[];
}

/** Columns that are drawn by themselves. */
const alone = ["|M|", "|M_s|", "G_c(0)"] as const;

/**
 * |M|, |M_s|, G_c(0) and all later time slices together, as the figures of Blücher et al. 2020 show
 * them: G_c(t) and G_c(N − t) are the same number.
 * @throws ConfigError if one of the first three is missing
 */
export function observableGroups(names: readonly string[]): ColumnGroup[] {
  takes("observableGroups", { names: [names, listOf(text)] });
  const missing = alone.find((name) => !names.includes(name));
  if (missing !== undefined)
    throw new ConfigError(
      `observableGroups: there is no ${missing} among ${JSON.stringify(names)}. Pass the names of labelledObservables.`,
      { missing },
    );
  const later = names.flatMap((name, k) => (/^G_c\((?!0\))/.test(name) ? [k] : []));
  const single = alone.map((name) => ({ name, of: [names.indexOf(name)] }));
  return [...single, { name: "G_c(t > 0)", of: later }];
}

/**
 * Sums of columns: [n, columns] ↦ [n, groups].
 * @param options.modulus  sums of |·| instead, for attributions of both signs (default false)
 * @throws ShapeError for a column that is not there
 */
export function groupedColumns(
  rows: Tensor,
  groups: readonly ColumnGroup[],
  options: { modulus?: boolean } = {},
): Tensor {
  takes("groupedColumns", {
    rows: [rows, tensorOf(["n", "columns"])],
    groups: [groups, listOf(record({ name: text, of: listOf(count()) }, "columns { name, of }"))],
    options: [options, record()],
  });
  const { modulus = false } = options;
  const [n, columns] = rows.shape;
  const missing = groups.flatMap(({ of }) => of).find((k) => !(k >= 0 && k < columns));
  if (missing !== undefined)
    throw new ShapeError(
      `groupedColumns: column ${missing} of [${rows.shape}]; there are no others than 0 … ${columns - 1}.`,
      { column: missing },
    );
  const sums = tensor([n, groups.length]);
  for (let r = 0; r < n; r++) {
    const [values, into] = [row(rows, r), row(sums, r)];
    groups.forEach(({ of }, g) =>
      of.forEach((k) => (into[g] += modulus ? Math.abs(values[k]) : values[k])),
    );
  }
  return sums;
}
