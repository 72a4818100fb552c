import { readFileSync } from "node:fs";
import type { Verdict } from "../hessian/audit/auditReport.js";
import { UsageError } from "./command.js";

const verdicts: readonly Verdict[] = ["pass", "caution", "fail"];

/** Whether a verdict is worse than an earlier one. */
export const isWorse = (now: Verdict, before: Verdict): boolean =>
  verdicts.indexOf(now) > verdicts.indexOf(before);

/**
 * The verdict of an earlier `audit.json`; undefined without one.
 * @throws UsageError for a file that is none, and with --strict, which judges without one
 */
export function baselineVerdict(
  path: string | undefined,
  strict: boolean | undefined,
): Verdict | undefined {
  if (path === undefined) return undefined;
  if (strict)
    throw new UsageError("--strict judges by itself and --baseline by a file. Give one of them.");
  const found = verdicts.find((own) => own === verdictIn(path));
  if (found) return found;
  throw new UsageError(
    `--baseline ${path}: is no audit.json that phaselens wrote. Name one, or leave it out.`,
  );
}

function verdictIn(path: string): unknown {
  try {
    const json = JSON.parse(readFileSync(path, "utf8")) as { format?: unknown; verdict?: unknown };
    return json.format === "phaselens-audit" ? json.verdict : undefined;
  } catch {
    return undefined; // said by the caller
  }
}
