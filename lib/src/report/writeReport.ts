import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { atomicWrite } from "../core/atomicWrite.js";
import { DataError } from "../core/errors.js";
import { writeNpy } from "../core/npyFile.js";
import type { Tensor } from "../core/tensor.js";
import type { Chart } from "./charts.js";

export interface ReportFiles {
  /** By names given here, never by names from data. */
  readonly arrays: Readonly<Record<string, Tensor>>;
  readonly charts: readonly Chart[];
  readonly page: string;
  /** Name of the JSON, and what makes it of the list of files. */
  readonly json: readonly [string, (written: readonly string[]) => object];
}

/** Makes the folder before anything long is computed. @throws DataError if that cannot be */
export function openReportFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new DataError(
      `${folder}: cannot be made (${(error as NodeJS.ErrnoException).code}). Name a folder that may be written.`, { folder });
  }
}

/** Writes everything below `folder`, each file whole or not at all. @returns the names written, the page first */
export function writeReport(folder: string, { arrays, charts, page, json: [name, make] }: ReportFiles): string[] {
  const files: [string, string | Uint8Array][] = charts.flatMap(({ figure, svg, png }) => [
    [`charts/${figure.id}.json`, `${JSON.stringify(figure.spec)}\n`], [`charts/${figure.id}.svg`, svg], ...(png ? [[`charts/${figure.id}.png`, png] as [string, Uint8Array]] : []),
  ]);
  const written = ["report.html", name, ...Object.keys(arrays).map((array) => `${array}.npy`), ...files.map(([path]) => path)];
  for (const [array, values] of Object.entries(arrays)) writeNpy(join(folder, `${array}.npy`), values);
  for (const [path, content] of files) atomicWrite(join(folder, path), content);
  atomicWrite(join(folder, name), `${JSON.stringify(make(written), null, 1)}\n`);
  atomicWrite(join(folder, "report.html"), page);
  return written;
}
