import { DataError } from "../core/errors.js";
import { openReportFolder, type ReportFolder } from "../report/writeReport.js";
import { UsageError } from "./command.js";

/** The folder of `--out`, see `openReportFolder`. @throws UsageError if it cannot be used: another has to be named */
export function outFolder(...args: Parameters<typeof openReportFolder>): ReportFolder {
  try {
    return openReportFolder(...args);
  } catch (error) {
    throw error instanceof DataError ? new UsageError(`--out: ${error.message}`, error.details) : error;
  }
}
