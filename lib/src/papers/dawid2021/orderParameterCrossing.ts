import { ConfigError } from "../../core/errors.js";
import type { Data } from "./data.js";

/**
 * V₁/J at which the order parameter first passes a level, between two points of the set by linear
 * interpolation (Figs. 2a and 6c).
 * @throws ConfigError if it never does
 */
export function orderParameterCrossing(
  { orderParameter, interaction }: Pick<Data, "orderParameter" | "interaction">,
  level: number,
): number {
  const k = orderParameter.findIndex((value) => value > level);
  if (k < 1) {
    const fact = `the order parameter never passes ${level}`;
    throw new ConfigError(`orderParameterCrossing: ${fact}.`, { level });
  }
  const share = (level - orderParameter[k - 1]) / (orderParameter[k] - orderParameter[k - 1]);
  return interaction[k - 1] + share * (interaction[k] - interaction[k - 1]);
}
