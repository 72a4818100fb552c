import type { CsvRecord } from "./csvRecords.js";

/** Whether a field is digits alone, with or without a sign. */
export const isWholeNumber = (field: string): boolean => /^\s*[+-]?\d+\s*$/.test(field);

/** A column of numbers with decimal commas looks like two columns of whole numbers. */
export function decimalNote(body: readonly CsvRecord[], name: string): string[] {
  const alike = body.every(
    ({ fields: [whole, fraction] }) =>
      fraction !== undefined && isWholeNumber(whole) && /^\d+$/.test(fraction),
  );
  if (!alike || body[0].fields.length !== 2) return [];
  const [whole, fraction] = body[0].fields;
  const fact = `${name}: is read as two columns of whole numbers`;
  return [
    `${fact}; if ${whole.trim()},${fraction} is one number with a decimal comma, ` +
      'give decimal: "," (--decimal ,).',
  ];
}

/** pandas writes the numbers of the rows in front, in a column without a name. */
export function indexNote(
  columns: readonly string[],
  body: readonly CsvRecord[],
  name: string,
): string[] {
  if (
    columns.length < 2 ||
    columns[0] !== "" ||
    !body.every(({ fields }, n) => Number(fields[0]) === n)
  )
    return [];
  const column = "the first column has no name and counts the rows";
  const fact = `${name}: ${column}; it is read as numbers like the others`;
  return [
    `${fact}. Name the columns that are meant, ` +
      "or write the table without it (index=False of pandas).",
  ];
}
