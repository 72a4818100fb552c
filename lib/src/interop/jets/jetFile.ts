import type { JetFeatures } from "../../taggers/jetInputs.js";

/** Jets of one file, open for reading; an entry is a jet. */
export interface JetFile {
  readonly path: string;
  readonly entries: number;
  /** Where the p-th number of a jet [features, slots] is read from, for errors. */
  nameOf(kind: keyof JetFeatures, p: number): string;
  /** The entries first … first + count − 1. */
  read(first: number, count: number): Promise<JetBatch>;
  close(): void;
}

/** Consecutive entries of a file, in single precision. */
export interface JetBatch {
  /** [entries]: 0 QCD, 1 H → bb̄, −1 neither. */
  readonly labels: Int8Array;
  /** [entries, features, slots], empty slots 0. */
  readonly tracks: Float32Array;
  readonly vertices: Float32Array;
  /** By name, each [entries]. */
  readonly measured: Readonly<Record<string, Float32Array>>;
}

/** The class by two flags; neither, or both, is none. */
export const jetLabel = (background: boolean, signal: boolean): number =>
  background === signal ? -1 : Number(signal);
