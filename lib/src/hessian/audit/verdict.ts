import type { Verdict } from "./auditReport.js";

type Limits = readonly [number, number];

/** For what should be small; NaN fails. */
export function upTo(value: number, [pass, caution]: Limits): Verdict {
  return value <= pass ? "pass" : value <= caution ? "caution" : "fail";
}

/** For what should be large; NaN fails. */
export function from(value: number, [pass, caution]: Limits): Verdict {
  return value >= pass ? "pass" : value >= caution ? "caution" : "fail";
}

export function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes("fail") ? "fail" : verdicts.includes("caution") ? "caution" : "pass";
}
