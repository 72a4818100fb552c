/** A Parquet file, of which columns are read one by one. */
export interface ParquetFile {
  readonly path: string;
  readonly rows: number;
  /** Names of the columns that hold one value a row, in their order. */
  readonly columns: readonly string[];
  /** Others, which hold lists or records. */
  readonly nested: readonly string[];
  /** Values of a column as they are: numbers, bigints, texts, null. */
  read(column: string): Promise<ArrayLike<unknown>>;
  close(): void;
}
