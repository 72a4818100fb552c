/** Whether a field is digits alone, with or without a sign. */
export const isWholeNumber = (field: string): boolean => /^\s*[+-]?\d+\s*$/.test(field);

/** Watches the rows of a table for what could be meant otherwise, and says so at its end. */
export interface CsvWatch {
  row(first: string, second: string | undefined): void;
  notes(): string[];
}

/** A column of numbers with decimal commas looks like two columns of whole numbers. */
export function decimalWatch(name: string): CsvWatch {
  let alike = true;
  let shown: string | undefined;
  return {
    row(whole, fraction) {
      alike &&= fraction !== undefined && isWholeNumber(whole) && /^\d+$/.test(fraction);
      shown ??= `${whole.trim()},${fraction}`;
    },
    notes() {
      if (!alike || shown === undefined) return [];
      const fact = `${name}: is read as two columns of whole numbers`;
      return [
        `${fact}; if ${shown} is one number with a decimal comma, ` +
          'give decimal: "," (--decimal ,).',
      ];
    },
  };
}

/** pandas writes the numbers of the rows in front, in a column without a name. */
export function indexWatch(name: string): CsvWatch {
  let [counts, rows] = [true, 0];
  return {
    row: (first) => (counts &&= Number(first) === rows++),
    notes() {
      if (!counts || rows === 0) return [];
      const column = "the first column has no name and counts the rows";
      const fact = `${name}: ${column}; it is read as numbers like the others`;
      return [
        `${fact}. Name the columns that are meant, ` +
          "or write the table without it (index=False of pandas).",
      ];
    },
  };
}
