import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Bytes that are looked at by their places: of memory, or of a file that is not read whole. */
export interface ByteSource {
  readonly length: number;
  /** Bytes at … at + length − 1, fewer at the end. */
  read(at: number, length: number): Buffer;
}

/** Bytes in memory. */
export function memorySource(content: Uint8Array): ByteSource {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  return { length: bytes.length, read: (at, length) => bytes.subarray(at, at + length) };
}

/** A file, opened for each look, so that none is left open. @throws the errors of Node */
export function fileSource(path: string): ByteSource {
  const opened = <T>(use: (descriptor: number) => T): T => {
    const descriptor = openSync(path, "r");
    try {
      return use(descriptor);
    } finally {
      closeSync(descriptor);
    }
  };
  const length = opened((descriptor) => fstatSync(descriptor).size);
  return {
    length,
    read: (at, count) =>
      opened((descriptor) => {
        const bytes = Buffer.alloc(Math.max(0, Math.min(count, length - at)));
        let done = 0;
        while (done < bytes.length) {
          const more = readSync(descriptor, bytes, done, bytes.length - done, at + done);
          if (more === 0) break;
          done += more;
        }
        return bytes.subarray(0, done);
      }),
  };
}
