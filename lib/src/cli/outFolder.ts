import { ConfigError } from "../core/errors.js";
import { openReportFolder, type ReportFolder } from "../report/writeReport.js";
import { UsageError } from "./command.js";

/**
 * The folder of `--out`, see `openReportFolder`.
 * @throws UsageError if files in it are in the way: another has to be named
 */
export function outFolder(...args: Parameters<typeof openReportFolder>): ReportFolder {
  try {
    return openReportFolder(...args);
  } catch (error) {
    throw error instanceof ConfigError
      ? new UsageError(`--out: ${error.message}`, error.details)
      : error;
  }
}
