import {
  count,
  having,
  kind,
  list,
  listOf,
  optional,
  record,
  text,
} from "../core/arguments/kinds.js";
import type { ArgumentKind } from "../core/arguments/takes.js";

export const aMethod: ArgumentKind = having(
  "a method such as lrp.gradientTimesInput()",
  "prepare",
  "inputOnly",
);
export const aComposite: ArgumentKind = record(
  { rules: record() },
  "a composite such as lrp.uniform(lrp.zPlus)",
);
export const aRule: ArgumentKind = kind("a rule such as lrp.zPlus", (value) =>
  Array.isArray((value as { parts?: unknown } | undefined)?.parts),
);
/** `start` and the values that there are are looked at where they are used. */
export const attributeOptions: ArgumentKind = record({
  at: optional(list),
  pooled: optional(list),
  masks: optional(listOf(text)),
  batch: optional(count(1)),
});
/** Which entries there are is asked where they are used. */
export const someRegions: ArgumentKind = listOf(listOf(count(), 1), 1);
/** A tensor or nothing, of a shape that only the samples tell. */
export const aBaseline: ArgumentKind = optional(
  having("a tensor of the shape of one sample", "shape", "data"),
);
