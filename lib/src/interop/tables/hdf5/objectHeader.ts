/** Reads bytes of the file at an address, fewer at its end. */
export type ReadAt = (address: number, length: number) => Buffer;

const [DATATYPE, CONTINUATION] = [0x03, 0x10];
/** No header has so many blocks or messages. */
const MOST_BLOCKS = 64;

interface Block {
  readonly at: number;
  readonly length: number;
}

/**
 * The datatype message of the object whose header begins at an address, or of the named datatype
 * that it refers to; undefined where there is none or the header is not understood.
 *
 *   Versions 1 and 2 of headers: HDF5 File Format Specification 4.0, IV.A.1
 * @param offsets  bytes of an address in this file
 */
export function datatypeMessage(
  read: ReadAt,
  address: number,
  offsets: number,
): Buffer | undefined {
  try {
    return findDatatype(read, address, offsets, 0);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // an address or a length beyond the file
    throw error;
  }
}

function findDatatype(
  read: ReadAt,
  address: number,
  offsets: number,
  depth: number,
): Buffer | undefined {
  const head = read(address, 64);
  const second = head.toString("latin1", 0, 4) === "OHDR";
  const blocks = second
    ? [firstBlock(address, head)]
    : head[0] === 1
      ? [oldBlock(address, head)]
      : [];
  for (let k = 0; k < blocks.length && k < MOST_BLOCKS; k++) {
    const { at, length } = blocks[k];
    const block = read(at, Math.min(length, 2 ** 20));
    for (const { type, flags, data } of messages(
      block,
      second ? 4 + 2 * ((head[5] >> 2) & 1) : 8,
    )) {
      if (type === CONTINUATION && data.length >= 2 * offsets) {
        blocks.push(continuation(data, offsets, second));
      }
      if (type !== DATATYPE) continue;
      if ((flags & 2) === 0) return data;
      const shared = sharedAddress(data, offsets);
      return shared === undefined || depth > 0 ? undefined : findDatatype(read, shared, offsets, 1);
    }
  }
  return undefined;
}

/** Version 1: sixteen bytes, the size of the messages at byte 8. */
const oldBlock = (address: number, head: Buffer): Block => ({
  at: address + 16,
  length: head.length < 12 ? 0 : head.readUInt32LE(8),
});

/**
 * Version 2: signature, version, flags, then times, limits and the size of the messages by flags.
 */
function firstBlock(address: number, head: Buffer): Block {
  const flags = head[5];
  const at = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const width = 2 ** (flags & 3);
  const length = width === 8 ? Number(head.readBigUInt64LE(at)) : head.readUIntLE(at, width);
  return { at: address + at + width, length };
}

/** Blocks of version 2 have a signature in front and a checksum behind. */
function continuation(data: Buffer, offsets: number, second: boolean): Block {
  const [at, length] = [address(data, 0, offsets), address(data, offsets, offsets)];
  return second ? { at: at + 4, length: Math.max(0, length - 8) } : { at, length };
}

const address = (data: Buffer, at: number, width: number): number =>
  width === 8 ? Number(data.readBigUInt64LE(at)) : data.readUIntLE(at, width);

interface Message {
  readonly type: number;
  readonly flags: number;
  readonly data: Buffer;
}

/** @param prefix  bytes before the data of a message: 8 in version 1, 4 or 6 in version 2 */
function* messages(block: Buffer, prefix: number): Generator<Message> {
  let at = 0;
  while (at + prefix <= block.length) {
    const old = prefix === 8;
    const type = old ? block.readUInt16LE(at) : block[at];
    const size = block.readUInt16LE(at + (old ? 2 : 1));
    const flags = block[at + (old ? 4 : 3)];
    yield { type, flags, data: block.subarray(at + prefix, at + prefix + size) };
    at += prefix + size;
  }
}

/** Where a named datatype lies; one in the heap of shared messages is not looked up. */
function sharedAddress(data: Buffer, offsets: number): number | undefined {
  const [version, type] = data;
  const at = version === 1 ? 8 : 2;
  if (version < 1 || version > 3 || (version === 3 && type !== 2) || data.length < at + offsets) {
    return undefined;
  }
  return address(data, at, offsets);
}
