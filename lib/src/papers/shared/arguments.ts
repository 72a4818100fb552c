import {
  callable,
  count,
  having,
  integer,
  kind,
  listOf,
  optional,
  record,
} from "../../core/arguments/kinds.js";
import type { ArgumentKind } from "../../core/arguments/takes.js";
import { abortSignal } from "../../core/tasks/longRun.js";

/** Generated ensembles, whoever reads them. */
export const aGeneratedFolder: ArgumentKind = having(
  "a folder of generate.openGenerated or generate.cachedEnsembles",
  "manifest",
  "couplings",
  "ensemble",
);
/** Seeds of networks, one each. */
export const someSeeds: ArgumentKind = listOf(integer, 1);
/** How many of the first ones are used. */
export const firstOnes: ArgumentKind = kind(
  "a whole number ≥ 1, or Infinity for all",
  (value) => value === Infinity || (Number.isSafeInteger(value) && (value as number) >= 1),
);
/** Workers and progress: looked at even where the cache has the result and nothing runs. */
export const runFields: Readonly<Record<string, ArgumentKind>> = {
  jobs: optional(count(1)),
  signal: optional(abortSignal),
  onDone: optional(callable),
};
/** Options of a call with workers and progress alone. */
export const runOptions: ArgumentKind = record(runFields);
