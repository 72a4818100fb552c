import { numberOption } from "./command.js";

/** The coefficient of ½|θ|² in the risk. @throws UsageError unless it is a number ≥ 0 */
export const l2Option = (text: string | undefined): number | undefined =>
  numberOption(text, "l2", (value) => value >= 0 && value < Infinity, "a number ≥ 0");
