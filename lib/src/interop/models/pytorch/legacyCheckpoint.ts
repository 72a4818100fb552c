import { DataError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import type { OpenedFile } from "./openedFile.js";
import { readPickle } from "./pickle.js";
import { dotted, isGlobal, isList, type PickleReference } from "./pickleValue.js";
import { bytesOfStorage } from "./storageTypes.js";

/** What the first two pickles of such a file hold. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const VERSION = 1001;

/**
 * A file of torch.save before PyTorch 1.6: five pickles one after the other (the number above, the
 * version, what is said of the machine, what was saved, the keys of the storages), then for each
 * key a count in eight bytes and the numbers, their lowest byte first on every machine.
 * @throws DataError for a file that is cut short, or whose parts do not fit each other
 */
export function legacyCheckpoint(bytes: Buffer, what: string): OpenedFile {
  const damaged = (fact: string): never => {
    const cure = "The file is damaged or truncated; fetch it again";
    throw new DataError(`${what}: ${fact}. ${cure}.`, { path: what });
  };
  const magic = readPickle(bytes, 0, what);
  const version = readPickle(bytes, magic.end, what);
  if (magic.value !== MAGIC || version.value !== VERSION) {
    damaged(`does not say that it is of version ${VERSION}`);
  }
  const machine = readPickle(bytes, version.end, what);
  const saved = readPickle(bytes, machine.end, what);
  const keys = readPickle(bytes, saved.end, what);
  if (!isList(keys.value)) return damaged("its storages are not listed");
  const widths = storageWidths(saved.references, what);
  const storages = new Map<string, Uint8Array>();
  let at = keys.end;
  for (const key of keys.value) {
    const width = typeof key === "string" ? widths.get(key) : undefined;
    if (width === undefined) return damaged("lists a storage that no tensor has");
    const name = quoted(key as string);
    if (at + 8 > bytes.length) damaged(`ends at byte ${bytes.length}, before its storage ${name}`);
    const count = Number(bytes.readBigInt64LE(at));
    const end = at + 8 + width * count;
    if (!(count >= 0 && end <= bytes.length)) {
      damaged(`ends at byte ${bytes.length}, its storage ${name} of ${count} numbers at ${end}`);
    }
    storages.set(key as string, bytes.subarray(at + 8, end));
    at = end;
  }
  return {
    value: saved.value,
    little: true,
    storage: (key) => storages.get(key) ?? damaged(`has no storage ${quoted(key)}`),
  };
}

/** Bytes of a number of each storage, by its key. */
function storageWidths(references: readonly PickleReference[], what: string): Map<string, number> {
  const widths = new Map<string, number>();
  for (const { reference } of references) {
    const [kind, type, key] = reference;
    if (kind !== "storage" || typeof key !== "string") continue;
    const width = bytesOfStorage(type);
    if (width === undefined) {
      const name = isGlobal(type) ? dotted(type.global) : "no storage";
      throw new DataError(
        `${what}: has a ${name}, which is not known, and what follows it cannot be found. ` +
          'Save the state dictionary: torch.save(model.state_dict(), "tensors.pt").',
      );
    }
    widths.set(key, width);
  }
  return widths;
}
