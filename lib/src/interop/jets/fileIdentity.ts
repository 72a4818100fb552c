import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, type BigIntStats } from "node:fs";

/** A file as a cache knows it: what it contains, not only what it is called. */
export interface FileIdentity {
  readonly path: string;
  readonly bytes: number;
  /** Last change of content or inode in ns since 1970; no program can set it. */
  readonly changed: string;
  /** sha256 of the file's parts, see `fileIdentity`. */
  readonly content: string;
}

const PART = 1 << 16;
const PARTS = 64;

/**
 * Identity of a file of any size, in milliseconds: sha256 of 64 stretches of 64 KiB, evenly spread
 * from the first byte to the last (of the whole file up to 4 MiB). A change in between that leaves
 * the size shows in `changed`, which unlike the date of modification cannot be set back.
 * @throws an error of the file system if it cannot be read
 */
export function fileIdentity(path: string): FileIdentity {
  const file = openSync(path, "r");
  try {
    const { size, ctimeNs }: BigIntStats = fstatSync(file, { bigint: true });
    const bytes = Number(size);
    return { path, bytes, changed: `${ctimeNs}`, content: contentMark(file, bytes) };
  } finally {
    closeSync(file);
  }
}

function contentMark(file: number, bytes: number): string {
  const hash = createHash("sha256");
  const part = new Uint8Array(PART);
  const parts = Math.min(PARTS, Math.ceil(bytes / PART));
  for (let k = 0; k < parts; k++) {
    const at = parts === 1 ? 0 : Math.floor((k * Math.max(0, bytes - PART)) / (parts - 1));
    hash.update(part.subarray(0, readSync(file, part, 0, PART, at)));
  }
  return hash.digest("hex").slice(0, 32);
}
