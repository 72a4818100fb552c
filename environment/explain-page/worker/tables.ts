// Trees of ROOT become tables, and arrays in .npz and HDF5 files stand beside each other as .npy.
import { encodeNpy } from "phaselens/internal/core/files/npy";
import type { RootDirectory } from "jsroot/io";
import { openHdf5 } from "phaselens/internal/interop/tables/hdf5/hdf5File";
import { openNpz } from "phaselens/internal/interop/tables/readNpz";
import { openRootTree } from "phaselens/internal/interop/tables/root/openRootTree";
import { openRootFile } from "phaselens/internal/interop/tables/root/rootFile";
import { putFile } from "../node/files.js";

/** Where an array that was in a file is found now, or why it is not. */
interface Unpacked {
  readonly path: string;
  readonly problem?: string;
}

/** Arrays of an .npz or HDF5 file, without what holds no numbers. */
export async function arraysOf(path: string, format: "npz" | "zip" | "hdf5"): Promise<Unpacked[]> {
  const file = format === "hdf5" ? await openHdf5(path) : openNpz(path);
  const names = "datasets" in file ? await file.datasets() : file.names;
  const found: Unpacked[] = [];
  for (const name of names) {
    const inside = names.length === 1 ? `${path}.npy` : `${path}/${name.replace(/^\//, "")}.npy`;
    try {
      const array =
        "datasets" in file
          ? await file.shape(name).then((shape) => file.read(name, 0, shape[0] ?? 1))
          : await file.read(name);
      putFile(inside, encodeNpy(array));
      found.push({ path: inside });
    } catch (error) {
      // one that cannot be read leaves the others as they are
      found.push({ path: inside, problem: (error as Error).message });
    }
  }
  if ("close" in file) file.close();
  return found;
}

/** Where the first tree is, with the folders that it is in: those of CMS are in one. */
async function firstTree(directory: RootDirectory, before = ""): Promise<string | undefined> {
  const tree = directory.fKeys.find(({ fClassName }) => /TTree|TNtuple|RNTuple/.test(fClassName));
  if (tree) return before + tree.fName;
  for (const { fClassName, fName } of directory.fKeys) {
    if (!fClassName.startsWith("TDirectory")) continue;
    const inside = (await directory.readObject(fName)) as RootDirectory;
    const found = await firstTree(inside, `${before}${fName}/`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Branches with one number an entry, of the first tree. */
export async function tableOfRoot(path: string): Promise<string> {
  const file = await openRootFile(path);
  const name = await firstTree(file.directory);
  file.close();
  if (name === undefined) throw new Error(`${path}: has no tree. Save one there.`);
  const tree = await openRootTree(path, name);
  const columns = new Map<string, Float64Array>();
  for (const name of tree.branches) {
    const read = await tree.read([name], 0, tree.entries).catch(() => undefined);
    const column = read?.[name];
    if (column instanceof Float64Array) columns.set(name, column);
  }
  tree.close();
  const lines = csvLines([...columns.keys()]);
  const all = [...columns.values()];
  lines.add(Array.from({ length: tree.entries }, (_, n) => all.map((column) => column[n])));
  return lines.put(path);
}

/** Lines of a table, put together in pieces. */
function csvLines(names: readonly string[]): {
  add(rows: readonly (readonly unknown[])[]): void;
  put(path: string): string;
} {
  const pieces: string[] = [`${names.map(field).join(",")}\n`];
  return {
    add(rows) {
      for (let at = 0; at < rows.length; at += 1000)
        pieces.push(
          rows
            .slice(at, at + 1000)
            .map((row) => `${row.map(field).join(",")}\n`)
            .join(""),
        );
    },
    put(path) {
      const name = `${path}.csv`;
      putFile(name, new Blob(pieces));
      return name;
    },
  };
}

function field(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "boolean" ? String(Number(value)) : String(value as string);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
