import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../core/errors.js";
import { openReportFolder, type ReportFolder } from "../report/writeReport.js";
import { UsageError } from "./command.js";

/** Options that name files to be read. */
const INPUTS = ["model", "data", "target", "train", "train-target", "background"] as const;

/**
 * The folder of `--out`, see `openReportFolder`.
 * @param values  the options of the command
 * @throws UsageError if files in it are in the way, or one of them is read: another has to be named
 */
export function outFolder(
  values: Readonly<Record<string, unknown>>,
  ...[folder, command, json, arrays, others = []]: Parameters<typeof openReportFolder>
): ReportFolder {
  const names = ["report.html", json, ...others, ...arrays.map((name) => `${name}.npy`)];
  for (const option of INPUTS) {
    const input = values[option];
    if (typeof input !== "string" || !existsSync(input)) continue;
    const written = names.map((name) => join(folder, name)).filter((name) => existsSync(name));
    if (written.some((name) => realpathSync(name) === realpathSync(input))) {
      const fact = `${input}, which --${option} reads, would be replaced`;
      throw new UsageError(`--out: ${fact}. Name another folder.`, { input });
    }
  }
  try {
    return openReportFolder(folder, command, json, arrays, others);
  } catch (error) {
    throw error instanceof ConfigError
      ? new UsageError(`--out: ${error.message}`, error.details)
      : error;
  }
}
