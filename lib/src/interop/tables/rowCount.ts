import { kind } from "../../core/arguments/kinds.js";
import type { ArgumentKind } from "../../core/arguments/takes.js";

/** How many rows or entries; the file is asked whether it has them, and says how many it has. */
export const rowCount: ArgumentKind = kind(
  "a whole number ≥ 1",
  (value) => typeof value === "number",
);
