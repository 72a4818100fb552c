import { writeFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { encodeNpy } from "../core/files/npy.js";
import { writing } from "../core/files/diskError.js";
import { openDraft, type Draft } from "../core/files/ownedFolder.js";
import type { Tensor } from "../core/tensor.js";
import type { Chart } from "./charts.js";

export interface ReportFiles {
  /** By names given here, never by names from data. */
  readonly arrays: Readonly<Record<string, Tensor>>;
  readonly charts: readonly Chart[];
  readonly page: string;
  /** What is made of the list of files. */
  readonly json: (written: readonly string[]) => object;
  /** Others of its kind, by their names. */
  readonly documents?: Readonly<Record<string, (written: readonly string[]) => object>>;
  /** Files as they are, by names given here. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

const PAGE = "report.html";

/** A folder that a report goes to, found to be free before anything long is computed. */
export interface ReportFolder {
  readonly draft: Draft;
  /** Name of the JSON. */
  readonly json: string;
}

/**
 * @param command  whose report it is, e.g. "phaselens explain"
 * @param json     name of the JSON
 * @param arrays   names of arrays that the report may have, without `.npy`
 * @param others   names of other files that it may have
 * @throws DataError if the folder cannot be made, ConfigError if a file in it that is not ours has
 *   a name of the report's
 */
export function openReportFolder(
  folder: string,
  command: string,
  json: string,
  arrays: readonly string[],
  others: readonly string[] = [],
): ReportFolder {
  return {
    draft: openDraft(folder, command, [
      ...[PAGE, json, ...others],
      ...arrays.map((name) => `${name}.npy`),
    ]),
    json,
  };
}

/** Writes everything, each file whole or not at all. @returns the names written, the page first */
export function writeReport(
  { draft, json: name }: ReportFolder,
  { arrays, charts, page, json, documents = {}, files: more = {} }: ReportFiles,
): string[] {
  const ofChart = ({ figure, svg, png }: Chart): [string, string | Uint8Array][] => [
    [`charts/${figure.id}.json`, `${JSON.stringify(figure.spec)}\n`],
    [`charts/${figure.id}.svg`, svg],
    ...(png ? [[`charts/${figure.id}.png`, png] as [string, Uint8Array]] : []),
  ];
  const files: [string, string | Uint8Array][] = [
    ...Object.entries(arrays).map(
      ([array, values]) => [`${array}.npy`, encodeNpy(values)] as [string, Uint8Array],
    ),
    ...Object.entries(more),
    ...charts.flatMap(ofChart),
  ];
  const written = [PAGE, name, ...Object.keys(documents), ...files.map(([path]) => path)];
  const all: [string, string | Uint8Array][] = [
    ...files,
    ...Object.entries({ [name]: json, ...documents }).map(
      ([own, make]) => [own, `${JSON.stringify(make(written), null, 1)}\n`] as [string, string],
    ),
    [PAGE, page],
  ];
  try {
    for (const [path, content] of all) {
      const file = join(draft.folder, path);
      writing(file, () => {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
      });
    }
    draft.commit();
  } catch (error) {
    draft.discard();
    throw error;
  }
  return written;
}
