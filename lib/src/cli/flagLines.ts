/** A file whose report complains, by its stem. */
export interface FlaggedPiece {
  readonly stem: string;
  readonly flags: readonly string[];
}

const SHOWN = 10; // complaints printed; all are in the files

/** What reports complain of, one line a file, the first ten. */
export function flagLines(flagged: readonly FlaggedPiece[]): string[] {
  const shown = flagged.slice(0, SHOWN).map(({ stem, flags }) => `${stem}: ${flags.join(" ")}`);
  if (flagged.length > SHOWN)
    shown.push(`… and ${flagged.length - SHOWN} more: "flags" in their .json says why.`);
  return shown;
}
