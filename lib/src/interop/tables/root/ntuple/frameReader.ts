/**
 * Reads an envelope of an RNTuple, little-endian: numbers, texts, and frames that say how long they
 * are. Every read beyond the end is a RangeError.
 */
export interface FrameReader {
  u16(): number;
  u32(): number;
  i32(): number;
  /** Eight bytes as a number; sizes and places are below 2⁵³. @throws RangeError beyond */
  u64(): number;
  i64(): number;
  f64(): number;
  text(): string;
  /** Places and sizes; others than the simple one are refused. */
  locator(): Locator;
  /** One record: read what is known of it, the rest is passed over. */
  record<T>(read: () => T): T;
  /** A list of items. @param rest  read after them, within the frame */
  list<T>(read: (k: number) => T, rest?: () => void): T[];
}

/** Where in the file something lies, as it is stored. */
export interface Locator {
  readonly at: number;
  readonly size: number;
}

/** No list has so many items. */
const MOST_ITEMS = 2 ** 24;

export function frameReader(view: DataView): FrameReader {
  let at = 0;
  const step = (bytes: number): number => {
    at += bytes;
    return at - bytes;
  };
  const safe = (value: bigint): number => {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new RangeError(`a size is ${value}`);
    return number;
  };
  const frame = <T>(start: number, size: number, read: () => T): T => {
    if (start + size > view.byteLength) throw new RangeError("a frame ends beyond its envelope");
    const found = read();
    if (at > start + size) throw new RangeError("a frame is shorter than what is in it");
    at = start + size;
    return found;
  };
  const reader: FrameReader = {
    u16: () => view.getUint16(step(2), true),
    u32: () => view.getUint32(step(4), true),
    i32: () => view.getInt32(step(4), true),
    u64: () => safe(view.getBigUint64(step(8), true)),
    i64: () => safe(view.getBigInt64(step(8), true)),
    f64: () => view.getFloat64(step(8), true),
    text() {
      const length = reader.u32();
      const start = step(length);
      if (at > view.byteLength) throw new RangeError("a text ends beyond its envelope");
      return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + start, length));
    },
    locator() {
      const size = reader.i32();
      if (size < 0) throw new RangeError("a place is written in a form that is not read");
      return { size, at: reader.u64() };
    },
    record(read) {
      const start = at;
      const size = reader.i64();
      if (size < 8) throw new RangeError("a list stands where a record should");
      return frame(start, size, read);
    },
    list(read, rest) {
      const start = at;
      const size = -reader.i64();
      if (size < 12) throw new RangeError("a record stands where a list should");
      const count = reader.u32();
      if (count > MOST_ITEMS) throw new RangeError(`a list has ${count} items`);
      return frame(start, size, () => {
        const items: ReturnType<typeof read>[] = [];
        for (let k = 0; k < count; k++) items.push(read(k));
        rest?.();
        return items;
      });
    },
  };
  return reader;
}
