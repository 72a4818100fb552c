import { ConfigError, DataError } from "../errors.js";
import { writing } from "./diskError.js";
import { draftTag, isAbandoned } from "./draftNames.js";
import { nodeModule } from "./nodeModule.js";

/** Lists what we wrote into a folder; only what it lists is ever replaced or removed. */
export const MARKER = ".phaselens-files.json";

const DRAFT = ".phaselens-draft-";

interface Marker {
  /** Which command the files are of; those of another are not replaced. */
  readonly owner: string;
  /** Below the folder, with "/". */
  readonly files: readonly string[];
}

/** A new version of our files in a folder. Nothing in the folder changes before `commit`. */
export interface Draft {
  /** Where to write them, under the names they are to have; made when it is first asked for. */
  readonly folder: string;
  /**
   * Puts the files into the folder, each whole or not at all, and removes those that an earlier
   * version had and this one has not. A process killed on the way leaves files of both versions and
   * no half ones; the next `commit` brings it to an end.
   * @returns their names
   * @throws ConfigError  a file that we did not write is in the way; nothing has been changed then
   * @throws DataError    the system refuses; `commit` may be called again
   */
  commit(): string[];
  /** Forgets the new version. */
  discard(): void;
}

const disk = (): typeof import("node:fs") => nodeModule("node:fs", "writing a folder");
const paths = (): typeof import("node:path") => nodeModule("node:path", "writing a folder");

/**
 * A folder that may also hold files of others: ours are known by a list in the folder (`MARKER`),
 * and nothing else is ever touched.
 * @param folder  made if it is missing
 * @param owner   the command whose files they are, e.g. "npm start"
 * @param names files that are sure to be written: whether they may be is found out now, before
 *   anything long is computed
 * @throws DataError    the folder cannot be written, or its list is damaged
 * @throws ConfigError it holds the files of another command, or a file that we did not write has a
 *   name of `names`
 */
export function openDraft(folder: string, owner: string, names: readonly string[] = []): Draft {
  const { join } = paths();
  try {
    disk().mkdirSync(folder, { recursive: true });
    for (const name of disk().readdirSync(folder))
      if (name.startsWith(DRAFT) && isAbandoned(folder, name))
        disk().rmSync(join(folder, name), { recursive: true, force: true });
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  refuse(folder, names, readMarker(folder, owner));
  const draft = join(folder, `${DRAFT}${draftTag()}`);
  return {
    get folder() {
      // only now: a computation that fails before it writes leaves nothing
      writing(draft, () => disk().mkdirSync(draft, { recursive: true }));
      return draft;
    },
    discard: () => writing(draft, () => disk().rmSync(draft, { recursive: true, force: true })),
    commit: () => writing(folder, () => commit(folder, draft, owner)),
  };
}

function cannotWrite(folder: string, error: unknown): DataError {
  return new DataError(
    `${folder}: cannot be made (${(error as NodeJS.ErrnoException).code}). Name a folder that may be written.`,
    { folder },
  );
}

function commit(folder: string, draft: string, owner: string): string[] {
  const { join, dirname } = paths();
  disk().mkdirSync(draft, { recursive: true });
  const files = filesBelow(draft);
  const earlier = readMarker(folder, owner);
  refuse(folder, files, earlier);
  // From here on both versions are ours, however far this gets.
  writeMarker(folder, draft, { owner, files: [...new Set([...earlier, ...files])].sort() });
  // What a reader opens comes last, when all that it points to is there.
  for (const file of [...files].sort((a, b) => depth(b) - depth(a))) {
    disk().mkdirSync(dirname(join(folder, file)), { recursive: true });
    disk().renameSync(join(draft, file), join(folder, file));
  }
  const present = new Set(files);
  for (const file of earlier) if (!present.has(file)) removeFile(folder, file);
  writeMarker(folder, draft, { owner, files });
  disk().rmSync(draft, { recursive: true, force: true });
  return files;
}

const depth = (file: string): number => file.split("/").length;

/** All files below a folder, with "/", in order. */
function filesBelow(folder: string): string[] {
  const entries = disk().readdirSync(folder, { recursive: true, withFileTypes: true });
  const { join, relative, sep } = paths();
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** Removes a file of ours and the folders that it leaves empty. */
function removeFile(folder: string, file: string): void {
  const { join, dirname } = paths();
  disk().rmSync(join(folder, file), { force: true });
  for (let above = dirname(file); above !== "."; above = dirname(above)) {
    try {
      disk().rmdirSync(join(folder, above));
    } catch {
      return; // others' files are in it
    }
  }
}

/**
 * @throws ConfigError if a name is taken by what is not in `owned`, or lies behind a link that
 *   leads elsewhere
 */
function refuse(folder: string, names: readonly string[], owned: readonly string[]): void {
  const ours = new Set(owned);
  const { join } = paths();
  for (const name of names) {
    const parts = name.split("/");
    for (let k = 1; k <= parts.length; k++) {
      const path = join(folder, ...parts.slice(0, k));
      const status = disk().lstatSync(path, { throwIfNoEntry: false });
      const above = k < parts.length;
      if (!status || (above ? status.isDirectory() : ours.has(name) && status.isFile())) continue;
      const fact =
        above || status.isDirectory()
          ? "is in the way"
          : "is not one that was written here before, and would be replaced";
      throw new ConfigError(`${path}: ${fact}. Name another folder, or move it away.`, { path });
    }
  }
}

/** The files of ours in a folder; none if it has no list. */
function readMarker(folder: string, owner: string): readonly string[] {
  const file = paths().join(folder, MARKER);
  let text: string;
  try {
    text = disk().readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new DataError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      file,
    });
  }
  const marker = parseMarker(text);
  if (!marker) {
    throw new DataError(
      `${file}: is damaged, so that our files cannot be told from others. Remove it and the files, or name another folder.`,
      { file },
    );
  }
  if (marker.owner !== owner) {
    throw new ConfigError(
      `${folder}: holds the files of ${marker.owner}, which ${owner} does not replace. Name another folder.`,
      { folder },
    );
  }
  return marker.files;
}

function parseMarker(text: string): Marker | undefined {
  try {
    const { owner, files } = JSON.parse(text) as Partial<Marker>;
    const sound = typeof owner === "string" && Array.isArray(files) && files.every(isBelow);
    return sound ? { owner, files } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a name stays below the folder. */
const isBelow = (name: unknown): boolean =>
  typeof name === "string" &&
  name !== "" &&
  !name.split(/[\\/]/).some((part) => part === ".." || part === "." || part === "") &&
  !/^[a-z]:/i.test(name);

/** By way of the draft, so that a kill leaves nothing that would not be cleared away with it. */
function writeMarker(folder: string, draft: string, marker: Marker): void {
  const { join } = paths();
  disk().writeFileSync(join(draft, MARKER), `${JSON.stringify(marker, undefined, 1)}\n`);
  disk().renameSync(join(draft, MARKER), join(folder, MARKER));
}
