import { printable } from "../../../core/printable.js";

/** A filter as the file names it. */
interface Filter {
  readonly id: number;
  readonly name: string;
}

/** What the HDF5 library itself undoes: deflate, shuffle, fletcher32, szip, nbit, scaleoffset. */
const BUILT_IN = 6;

/** Filters that are registered with the HDF Group and often met. */
const registered: Readonly<Record<number, string>> = {
  305: "LZO",
  307: "bzip2",
  32000: "LZF",
  32001: "Blosc",
  32004: "LZ4",
  32008: "bitshuffle",
  32013: "ZFP",
  32015: "Zstandard",
  32017: "SZ",
  32024: "SZ3",
  32026: "Blosc2",
};

/**
 * What is said of a dataset whose filters are not all built in, two sentences; undefined if they
 * are.
 */
export function foreignFilter(filters: readonly Filter[]): string | undefined {
  const foreign = filters.find(({ id }) => id > BUILT_IN);
  if (!foreign) return undefined;
  const own = printable(foreign.name.split(";")[0].slice(0, 40));
  const name = registered[foreign.id] ?? (own === "" ? "unknown" : own);
  const fact = `is packed by the filter ${name} (${foreign.id}), which is not read`;
  const cure = 'h5repack -f GZIP=4 in.h5 out.h5, or in h5py compression="gzip"';
  return `${fact}. Write it again with gzip: ${cure}.`;
}
