import { createRequire } from "node:module";
import { MissingPackageError } from "../core/errors.js";
import type { StepLog } from "./stepLog.js";

/** What charts are drawn with. */
const CHARTS = ["vega", "vega-lite", "@resvg/resvg-js", "dejavu-fonts-ttf"] as const;

/** Packages that files of an ending are read with. */
const READERS: readonly (readonly [RegExp, string])[] = [
  [/\.(h5|hdf5)$/i, "h5wasm"],
  [/\.parquet$/i, "hyparquet"],
];

/** Whether a package is installed where this one finds it. */
function isThere(name: string): boolean {
  const { resolve } = createRequire(import.meta.url);
  // one without programs has its package.json alone, one without an entry for `require` refuses it
  return [name, `${name}/package.json`].some((path) => {
    try {
      resolve(path);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND";
    }
  });
}

/**
 * Says in one line, before anything is computed, which optional packages are missing of those that
 * a call uses.
 * @param paths    texts of options that name files
 * @param parquet  whether Parquet is written
 * @throws MissingPackageError for those that it cannot do without
 */
export function tellMissing(
  paths: readonly (string | undefined)[],
  parquet: boolean,
  log: Pick<StepLog, "notice">,
  there: (name: string) => boolean = isThere,
): void {
  const files = paths.flatMap((text) => text?.split(/[,=]/) ?? []);
  const readers = READERS.filter(([ending]) => files.some((file) => ending.test(file)));
  const needed = [...readers.map(([, name]) => name), ...(parquet ? ["hyparquet-writer"] : [])];
  const [missing, charts] = [needed, CHARTS].map((names) => names.filter((own) => !there(own)));
  const install = (names: readonly string[]): string => `Run: npm install ${names.join(" ")}`;
  if (missing.length > 0) {
    const all = [...missing, ...charts];
    const rest = charts.length > 0 ? `; charts need ${charts.join(", ")}` : "";
    throw new MissingPackageError(
      `The files of this call need ${missing.join(", ")}, which ${missing.length > 1 ? "are" : "is"} not installed${rest}. ${install(all)}`,
      { missing: all },
    );
  }
  if (charts.length > 0)
    log.notice(`Charts are left out without ${charts.join(", ")}. ${install(charts)}`);
}
