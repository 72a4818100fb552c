import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";

/** A dataset of another file, or "." for the same, that a part of a virtual dataset shows. */
export interface VirtualSource {
  readonly file_name: string;
  readonly dset_name: string;
}

/**
 * Where the HDF5 library finds the file of a source: as it is named, beside the file of the view,
 * or beside what that is a link to. Undefined where there is none. A name of blocks, "part-%b.h5",
 * stands for its first.
 */
export function sourceFile(view: string, name: string): string | undefined {
  if (name === ".") return view;
  const first = name.replace(/%%|%b/g, (sign) => (sign === "%b" ? "0" : "%"));
  const folders = [dirname(view), dirname(realpathSync(view))];
  const beside = folders.map((folder) => join(folder, isAbsolute(first) ? basename(first) : first));
  return [...(isAbsolute(first) ? [first] : []), ...beside, resolve(first)].find((path) =>
    existsSync(path),
  );
}

/**
 * The first source that is not there: the library shows the fill value in its place without a word.
 * @param has  whether a file is HDF5 and has such a dataset
 */
export function missingSource(
  view: string,
  sources: readonly VirtualSource[],
  has: (file: string, dataset: string) => boolean,
): VirtualSource | undefined {
  return sources.find(({ file_name: file, dset_name: dataset }) => {
    const found = sourceFile(view, file);
    return (
      found === undefined ||
      !has(
        found,
        dataset.replace(/%%|%b/g, (sign) => (sign === "%b" ? "0" : "%")),
      )
    );
  });
}
