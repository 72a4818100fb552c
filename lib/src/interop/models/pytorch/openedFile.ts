import type { PickleValue } from "./pickleValue.js";

/** A file of torch.save, opened: what was saved, and where its numbers lie. */
export interface OpenedFile {
  readonly value: PickleValue;
  /** Whether numbers have their lowest byte first. */
  readonly little: boolean;
  /** The bytes of a storage. @throws DataError if it is not there, or damaged */
  storage(key: string): Uint8Array;
}
