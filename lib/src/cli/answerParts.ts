import type { Answers } from "../report/answers/answersOf.js";
import type { PartEstimate, PartName } from "../report/answers/document.js";
import { tableFormats, type Table, type TableFormat, tableFile } from "../report/answers/tables.js";
import { UsageError } from "./command.js";
import type { StepLog } from "./stepLog.js";

/** Parts of the whole set, in the order that they are computed in. */
export const wholeParts = ["labels", "byClass", "groups", "faithfulness", "audit"] as const;
export type WholePart = (typeof wholeParts)[number];

const words: Readonly<Record<WholePart, string>> = {
  labels: "labels to check",
  byClass: "relevance by class",
  groups: "groups of features",
  faithfulness: "faithfulness of the method",
  audit: "audit of influence",
};

/** A part that would take longer is left out unless it was asked for, seconds. */
const PATIENCE = 60;

/** @throws UsageError for a name that is none */
export function partsOption(text: string | undefined): readonly WholePart[] | undefined {
  if (text === undefined) return undefined;
  if (text === "none") return [];
  return text.split(",").map((part) => {
    const found = wholeParts.find((own) => own === part.trim());
    if (found) return found;
    throw new UsageError(
      `--parts holds "${part}"; there are ${wholeParts.join(", ")}, or none by itself.`,
    );
  });
}

/** Says what each part will take. */
export function tellEstimates(estimates: readonly PartEstimate[], log: StepLog): void {
  const names: Partial<Record<PartName, string>> = { rows: "predictions", training: "training" };
  const long = estimates.filter(({ seconds, part }) => seconds >= 1 && part !== "audit");
  const list = long.map((own) => `${names[own.part] ?? own.part} ${own.words}`).join("; ");
  log.notice(long.length > 0 ? `estimated on one core: ${list}` : "estimated: a few seconds");
}

/**
 * The parts that are computed: those asked for, or all but the audit that do not take long.
 * @returns what was left out, a sentence each
 */
export async function computeParts(
  answers: Answers,
  asked: readonly WholePart[] | undefined,
  estimates: readonly PartEstimate[],
  log: StepLog,
): Promise<string[]> {
  const notes: string[] = [];
  for (const part of asked ?? wholeParts.filter((own) => own !== "audit")) {
    const estimate = estimates.find((own) => own.part === part);
    if (!asked && !estimate) continue;
    if (!asked && estimate!.seconds > PATIENCE) {
      notes.push(
        `Left out, since it would take ${estimate!.words}: ${words[part]}. Ask for it with --parts ${part}.`,
      );
      continue;
    }
    log.step(words[part]);
    await answers[part]({ onDone: log.progress });
  }
  return notes;
}

/** @throws UsageError for a format that is none */
export function tablesOption(text: string | undefined): readonly TableFormat[] {
  return (text?.split(",") ?? []).map((format) => {
    const found = tableFormats.find((own) => own === format.trim());
    if (found) return found;
    throw new UsageError(`--tables holds "${format}"; there are ${tableFormats.join(" and ")}.`);
  });
}

/** Names of the tables that may be written. */
export const tableNames: readonly string[] = ["points", "relevance", "influence"].flatMap((name) =>
  tableFormats.map((format) => `${name}.${format}`),
);

/** Tables as files, by their names. */
export async function tableFiles(
  tables: Readonly<Record<string, Table>>,
  formats: readonly TableFormat[],
): Promise<Record<string, string | Uint8Array>> {
  const files: Record<string, string | Uint8Array> = {};
  for (const format of formats)
    for (const [name, table] of Object.entries(tables))
      files[`${name}.${format}`] = await tableFile(table, format);
  return files;
}
