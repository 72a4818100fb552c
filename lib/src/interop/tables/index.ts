// Arrays and tables from files: npy, npz, CSV, HDF5, ROOT.
export { isJagged, type JaggedColumn, type RootColumn } from "./root/rootColumn.js";
export * from "./readRootTree.js";
export * from "./readHdf5.js";
export { openNpz, type NpzFile, type NpzOptions } from "./readNpz.js";
export { arrayFormats, readArray, type NamedArray, type ReadArrayOptions } from "./readArray.js";
export type { CsvOptions } from "./parseCsv.js";
export type { DecimalSign } from "./csvRecords.js";
export { targetRows } from "./targetRows.js";
