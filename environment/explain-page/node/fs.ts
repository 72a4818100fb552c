// Stands for node:fs in the page's worker: the few calls by which the library reads, on the files
// that were dropped.
import { Buffer } from "./buffer.js";
import {
  bytesOf,
  fileAt,
  fullName,
  hasFile,
  hasFolder,
  namesIn,
  putFile,
  removeFile,
} from "./files.js";

interface Opened {
  readonly file: Blob;
  at: number;
}
const opened = new Map<number, Opened>();
let last = 2;

export function openSync(path: string): number {
  opened.set(++last, { file: fileAt(path), at: 0 });
  return last;
}

export const closeSync = (descriptor: number): void => void opened.delete(descriptor);

/** Node's two forms: (descriptor, buffer) and (descriptor, buffer, offset, length, position). */
export function readSync(
  descriptor: number,
  into: Uint8Array,
  offset: number | { offset?: number; length?: number; position?: number | null } = 0,
  length?: number,
  position?: number | null,
): number {
  if (typeof offset === "object")
    return readSync(descriptor, into, offset.offset ?? 0, offset.length, offset.position);
  const own = opened.get(descriptor)!;
  const from = position ?? own.at;
  const bytes = bytesOf(own.file, from, from + (length ?? into.length - offset));
  into.set(bytes, offset);
  if (position === undefined || position === null) own.at += bytes.length;
  return bytes.length;
}

const status = (size: number, isFile: boolean): object => ({
  size,
  mtimeMs: 0,
  isFile: () => isFile,
  isDirectory: () => !isFile,
});

export const fstatSync = (descriptor: number): object =>
  status(opened.get(descriptor)!.file.size, true);

export const statSync = (path: string): object =>
  hasFolder(path) && !hasFile(path) ? status(0, false) : status(fileAt(path).size, true);

export const existsSync = (path: string): boolean => hasFile(path) || hasFolder(path);

export function readFileSync(path: string, coding?: string | { encoding?: string }): unknown {
  const bytes = Buffer.from(bytesOf(fileAt(path)).buffer);
  return coding === undefined ? bytes : bytes.toString("utf8");
}

export const realpathSync = fullName;
export const readdirSync = namesIn;
export const rmSync = removeFile;
export const mkdirSync = (): void => {};
export const mkdtempSync = (before: string): string => `${before}${++last}`;

export const writeFileSync = (path: string, content: Uint8Array | string): void =>
  putFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);

/** A file in pieces. */
export async function* createReadStream(
  path: string,
  { highWaterMark = 2 ** 18 } = {},
): AsyncGenerator<Uint8Array> {
  const file = fileAt(path);
  for (let at = 0; at < file.size; at += highWaterMark) yield bytesOf(file, at, at + highWaterMark);
}

const refused = (): never => {
  throw new Error("A page writes no files.");
};
export {
  refused as accessSync,
  refused as copyFileSync,
  refused as fsyncSync,
  refused as linkSync,
  refused as renameSync,
  refused as utimesSync,
  refused as writeSync,
};
export const constants = {};
