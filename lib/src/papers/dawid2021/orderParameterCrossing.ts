import { takes } from "../../core/arguments/takes.js";
import { listOf, nonNegative, real, record, vector } from "../../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import type { Data } from "./data.js";

/**
 * V₁/J at which the order parameter first passes a level, between two points of the set by linear
 * interpolation (Figs. 2a and 6c).
 * @throws ConfigError if it never does
 */
export function orderParameterCrossing(
  data: Pick<Data, "orderParameter" | "interaction">,
  level: number,
): number {
  takes("orderParameterCrossing", {
    data: [
      data,
      record(
        { orderParameter: listOf(nonNegative), interaction: vector() },
        "{ orderParameter, interaction }",
      ),
    ],
    level: [level, real],
  });
  const { orderParameter, interaction } = data;
  if (orderParameter.length !== interaction.length)
    throw new ShapeError(
      `orderParameterCrossing: ${orderParameter.length} order parameters and ${interaction.length} interactions; they must be as many.`,
    );
  const k = orderParameter.findIndex((value) => value > level);
  if (k < 1) {
    const fact = `the order parameter never passes ${level}`;
    throw new ConfigError(`orderParameterCrossing: ${fact}. Give a level between its values.`, {
      level,
    });
  }
  const share = (level - orderParameter[k - 1]) / (orderParameter[k] - orderParameter[k - 1]);
  return interaction[k - 1] + share * (interaction[k] - interaction[k - 1]);
}
