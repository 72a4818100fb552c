// Arrays and tables from files: npy, npz, CSV, HDF5, ROOT.
export type { JaggedColumn, RootColumn } from "./root/rootColumn.js";
export { readRootTree, type ReadRootTreeOptions } from "./readRootTree.js";
export { readHdf5, type Hdf5Rows } from "./readHdf5.js";
export type { NpzFile, NpzOptions } from "./readNpz.js";
export { targetRows } from "./targetRows.js";
export { readArray, type NamedArray, type ReadArrayOptions } from "./readArray.js";
export type { CsvOptions } from "./csvOptions.js";
export type { DecimalSign } from "./csvSeparator.js";
