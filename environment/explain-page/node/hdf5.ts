// Stands for h5wasm/node in the page's worker: h5wasm's own file system is given each file that is
// opened.
import hdf5 from "h5wasm";
import { bytesOf, fileAt } from "./files.js";

class File extends hdf5.File {
  constructor(path: string, mode?: "r") {
    const { FS } = hdf5Module;
    const inside = `/${path.replace(/[^\w.-]/g, "_")}`;
    if (!FS.analyzePath(inside, false).exists) FS.writeFile(inside, bytesOf(fileAt(path)));
    super(inside, mode);
  }
}

interface FileSystem {
  analyzePath(path: string, dontResolve: boolean): { exists: boolean };
  writeFile(path: string, content: Uint8Array): void;
}
let hdf5Module: { FS: FileSystem };

const ready = hdf5.ready.then((found) => {
  hdf5Module = found as unknown as { FS: FileSystem };
  return found;
});

export default { ...hdf5, File, ready };
