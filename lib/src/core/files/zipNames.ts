const [P, K] = [0x50, 0x4b];

/**
 * Names of the files at the begin of a ZIP archive, in their order there, as far as the bytes go:
 * what its local headers say. Telling what kind of archive it is needs no more; its directory at
 * the end is what readers go by.
 */
export function zipNames(head: Uint8Array): string[] {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const names: string[] = [];
  let at = 0;
  while (at >= 0 && at + 30 <= head.length) {
    const start = at + 30 + view.getUint16(at + 26, true);
    if (start > head.length) break;
    names.push(new TextDecoder().decode(head.subarray(at + 30, start)));
    const next = start + view.getUint16(at + 28, true) + view.getUint32(at + 18, true);
    // where the size stands behind the data, or does not fit its field, the next header is searched
    at = isHeader(head, next) ? next : nextHeader(head, start);
  }
  return names;
}

const isHeader = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === P && bytes[at + 1] === K && bytes[at + 2] === 3 && bytes[at + 3] === 4;

function nextHeader(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(P, from);
  while (at >= 0 && !isHeader(bytes, at)) at = bytes.indexOf(P, at + 1);
  return at;
}
