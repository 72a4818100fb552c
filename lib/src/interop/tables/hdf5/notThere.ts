import { DataError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import { closestNames } from "../../models/closestNames.js";
import type { OpenedFile } from "./openedFile.js";

/** What the library makes of a name, as far as it is used. */
interface Entity {
  readonly type?: string;
  readonly filename?: string;
  readonly obj_path?: string;
  readonly target?: string;
}

/** The error for a name that is no dataset: a link elsewhere, a group, or nothing; with `names`. */
export function notThere(opened: OpenedFile, name: string, names: readonly string[]): DataError {
  const { path } = opened;
  const found = entity(opened, name);
  const closest = closestNames(name, names);
  const error = (fact: string, cure: string): DataError =>
    new DataError(`${path}: ${fact}. ${cure}.`, { path, name });
  if (found?.type === "ExternalLink") {
    const target = `${quoted(found.obj_path ?? "")} of the file ${quoted(found.filename ?? "")}`;
    return error(`${quoted(name)} is a link to ${target}`, "Read it from that file");
  }
  if (found?.type === "BrokenSoftLink") {
    const target = quoted(found.target ?? "");
    const fact = `${quoted(name)} is a link to ${target}, which is not there`;
    return error(fact, `Name another dataset: ${closest}`);
  }
  const kind = found?.type === "Group" ? ", it is a group" : "";
  return error(
    `there is no dataset ${quoted(name)}${kind}; there are ${closest}`,
    "Name one of these",
  );
}

function entity({ file, guarded }: OpenedFile, name: string): Entity | undefined {
  try {
    return guarded(() => file.get(name) as Entity | null) ?? undefined;
  } catch {
    return undefined;
  }
}
