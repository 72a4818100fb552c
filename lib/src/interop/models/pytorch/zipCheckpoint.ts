import { DataError } from "../../../core/errors.js";
import { zipEntries, type ZipEntries } from "../../tables/zipEntries.js";
import type { OpenedFile } from "./openedFile.js";
import { readPickle } from "./pickle.js";

/**
 * A file of torch.save since PyTorch 1.6: an archive of a pickle, NAME/data.pkl, and one file
 * NAME/data/KEY for each storage.
 * @param limit  most bytes unpacked
 * @throws DataError for other archives, each by its name, and for damaged ones
 */
export function zipCheckpoint(bytes: Uint8Array, what: string, limit: number): OpenedFile {
  const zip = zipEntries(bytes, what, limit);
  const other = otherArchive(zip.names);
  if (other) throw new DataError(`${what}: is ${other}`, { path: what });
  const pickle = zip.names.find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined) {
    throw new DataError(
      `${what}: holds no data.pkl, so torch.save has not written it. ` +
        `It holds ${zip.names.slice(0, 8).join(", ")}.`,
      { path: what },
    );
  }
  const root = pickle.slice(0, -"data.pkl".length);
  const opened = new Map<string, Uint8Array>();
  return {
    value: readPickle(zip.read(pickle), 0, what).value,
    little: isLittle(zip, `${root}byteorder`),
    storage(key) {
      let data = opened.get(key);
      if (!data) opened.set(key, (data = zip.read(`${root}data/${key}`)));
      return data;
    },
  };
}

/** Files before PyTorch 2.1 do not say it, and are of machines with the lowest byte first. */
const isLittle = (zip: ZipEntries, name: string): boolean =>
  !zip.names.includes(name) || zip.read(name).toString("utf8") !== "big";

/** What PyTorch writes into archives besides, with the line of Python that makes tensors of it. */
function otherArchive(names: readonly string[]): string | undefined {
  const some = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (some(/^[^/]+\/constants\.pkl$/) || some(/^[^/]+\/code\/.*\.py$/)) {
    return tensorsOf("a TorchScript program", 'torch.jit.load("model.pt").state_dict()');
  }
  if (some(/(?:^|\/)(?:archive_format|serialized_exported_program\.json)$/)) {
    return tensorsOf("a program of torch.export", 'torch.export.load("model.pt2").state_dict');
  }
  return undefined;
}

const tensorsOf = (what: string, tensors: string): string =>
  `${what}, not tensors. Save its tensors in Python: torch.save(${tensors}, "tensors.pt").`;
