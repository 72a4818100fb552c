import { DataError } from "../../../core/errors.js";

/** Most bytes of a whole number; the longest that torch.save writes has 10. */
const LONGEST_NUMBER = 1024;

/** Reads what instructions of a pickle have behind them. */
export interface PickleCursor {
  /** The byte that is read next. */
  readonly at: number;
  /** @throws DataError that the pickle is damaged */
  broken(fact: string): never;
  byte(): number;
  skip(count: number): void;
  uint16(): number;
  uint32(): number;
  int32(): number;
  /** A length of eight bytes. */
  length(): number;
  double(): number;
  /** A whole number in two's complement. */
  long(bytes: number): number | bigint;
  text(bytes: number): string;
  binary(bytes: number): Uint8Array;
  /** Up to the end of the line, without it, one letter a byte. */
  line(): string;
}

/** Begins at byte `from`; `what` names the file in errors. */
export function pickleCursor(bytes: Buffer, from: number, what: string): PickleCursor {
  let at = from;
  const broken = (fact: string): never => {
    throw new DataError(
      `${what}: ${fact} at byte ${at}. The file is damaged or truncated; fetch it again.`,
      { at },
    );
  };
  const take = (count: number): number => {
    if (!(at + count <= bytes.length)) broken("the pickle ends early");
    at += count;
    return at - count;
  };
  return {
    get at() {
      return at;
    },
    broken,
    byte: () => bytes[take(1)],
    skip: (count) => void take(count),
    uint16: () => bytes.readUInt16LE(take(2)),
    uint32: () => bytes.readUInt32LE(take(4)),
    int32: () => bytes.readInt32LE(take(4)),
    // what a double cannot count is longer than any file
    length: () => Number(bytes.readBigUInt64LE(take(8))),
    double: () => bytes.readDoubleBE(take(8)),
    long(length) {
      if (length > LONGEST_NUMBER) broken("a number is too long");
      if (length === 0) return 0;
      const digits = Buffer.from(bytes.subarray(take(length), at))
        .reverse()
        .toString("hex");
      return plain(BigInt.asIntN(8 * length, BigInt(`0x${digits}`)));
    },
    text: (length) => bytes.toString("utf8", take(length), at),
    binary: (length) => bytes.subarray(take(length), at),
    line() {
      const stop = bytes.indexOf(10, at);
      if (stop < 0) broken("a line does not end");
      const text = bytes.toString("latin1", at, stop);
      at = stop + 1;
      return text;
    },
  };
}

/** A number where a double holds it exactly. */
export const plain = (value: bigint): number | bigint =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value;
