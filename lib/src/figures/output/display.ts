import { optional, record, text } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { shown } from "../../core/oneOf.js";
import { table, type TableOptions } from "../charts/table.js";
import { described } from "./described.js";

/**
 * Shows a value in the notebook (outside of one it is printed), as a table with a caption that
 * says what it is:
 *
 * - an `Estimate`, or several by name: mean and error with as many digits as the error allows,
 *   τ_int and n, and what makes it doubtful
 * - a `Tensor`, or a list of numbers such as θ: its shape, extremes and first entries
 * - a `Network`: its layers, what they read, and their parameters
 * - samples, a `Dataset`: how many, shapes, how many of each class, and where they are from
 * - the report of `hessian.audit`: its conclusion, and the verdict on each part
 * - a list of rows, a data frame: the first twenty
 * - any other object: what each of its fields is, in a few words
 *
 * A notebook's kernel shows the last expression of a cell in this way.
 *
 * @throws ConfigError for what has no parts: a number, a text, a function, an empty object
 */
export function display(value: object, options: Pick<TableOptions, "title"> = {}): void {
  takes("display", { options: [options, record({ title: optional(text) })] });
  const made = described(value);
  if (made === undefined)
    throw new ConfigError(
      `display: ${shown(value)} has no parts to show in a table. Use console.log for it.`,
    );
  table(made.rows, {
    title: options.title === undefined ? made.title : `${options.title} (${made.title})`,
    digits: 5,
  });
}
