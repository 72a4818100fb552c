import type { Verdicts as VerdictMap } from "../../environment/verdicts/verdicts.mjs";

type Shipped = NonNullable<ReturnType<VerdictMap["get"]>>;
export type Claim = Shipped["claims"][number];

export const claim = (own: Partial<Claim> = {}): Claim => ({
  figure: "fixture-fig1",
  statement: "a statement",
  kind: "physics",
  value: 0.5,
  expected: "> 0.1",
  pass: true,
  ...own,
});

/** What is shipped of one notebook. */
export const shippedEntry = (own: Partial<Shipped> = {}): Shipped => ({
  code: "0123456789ab",
  studies: {},
  versions: { phaselens: "0.1.0", node: "20.19.0" },
  machine: "linux x64, a processor, 2 cores",
  date: "2026-01-02",
  seeds: [1, 2, 3],
  cost: { seconds: 12, cpuSeconds: 20, cache: { found: 1, made: 2 } },
  claims: [claim()],
  ...own,
});
