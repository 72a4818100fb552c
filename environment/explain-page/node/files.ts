// The files that were dropped on the page, by name. Bytes are read from them when they are asked
// for, so that a large file is not held in memory beside its numbers.

/** What a worker has and a window has not: bytes of a file, at once. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

const files = new Map<string, Blob>();

/** Puts a file where the library finds it; what had the name before is replaced. */
export function putFile(path: string, content: Blob | Uint8Array): void {
  files.set(plain(path), content instanceof Blob ? content : new Blob([content as BlobPart]));
}

export function removeFile(path: string): void {
  for (const name of [...files.keys()])
    if (name === plain(path) || name.startsWith(`${plain(path)}/`)) files.delete(name);
}

/** @throws an error as Node has it */
export function fileAt(path: string): Blob {
  const found = files.get(plain(path));
  if (found) return found;
  const code = hasFolder(path) ? "EISDIR" : "ENOENT";
  throw Object.assign(new Error(`${code}: ${path}`), { code });
}

export const hasFile = (path: string): boolean => files.has(plain(path));

export const hasFolder = (path: string): boolean =>
  plain(path) === "" || [...files.keys()].some((name) => name.startsWith(`${plain(path)}/`));

/** What is in a folder: names of files and of folders. */
export function namesIn(folder: string): string[] {
  const before = plain(folder) === "" ? "" : `${plain(folder)}/`;
  const inside = [...files.keys()].filter((name) => name.startsWith(before));
  return [...new Set(inside.map((name) => name.slice(before.length).split("/")[0]))];
}

/** Bytes at … of a file. */
export const bytesOf = (file: Blob, from = 0, to = file.size): Uint8Array<ArrayBuffer> =>
  new Uint8Array(new FileReaderSync().readAsArrayBuffer(file.slice(from, to)));

/** The folder that files are dropped into. */
const HERE = "dropped";

/** One name for "./a", "/dropped/a" and "a". */
function plain(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return (parts[0] === HERE ? parts.slice(1) : parts).join("/");
}

/** The name from the root on. */
export const fullName = (path: string): string =>
  plain(path) === "" ? `/${HERE}` : `/${HERE}/${plain(path)}`;
