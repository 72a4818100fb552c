import type { LargeIntegers } from "../../../core/files/largeIntegers.js";
import type { RootColumn } from "./rootColumn.js";

/** A tree of a ROOT file, open for reading. */
export interface RootTree {
  readonly path: string;
  /** Name of the tree, with its folder. */
  readonly tree: string;
  readonly entries: number;
  /** Names of the branches; those of several in one tree with the branches that they lie in. */
  readonly branches: readonly string[];
  /**
   * Some branches of the entries first … first + count − 1. What is read and held at a time are the
   * baskets of these branches that have these entries, and the numbers.
   * @throws ConfigError for entries that there are not; DataError for a branch that there is not
   *   (naming those that there are, the most similar first), whose name several have, that does not
   *   hold numbers or cannot be read
   */
  read(
    branches: readonly string[],
    first: number,
    count: number,
    integers?: LargeIntegers,
  ): Promise<Record<string, RootColumn>>;
  close(): void;
}
