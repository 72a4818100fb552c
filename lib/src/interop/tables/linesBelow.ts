/** What a line of numbers may be; "less" and "more" than all of the first line. */
type Property = "counts" | "even" | "years" | "whole" | "less" | "more";

/** What the lines below a first line are, seen one by one and not held. */
export interface LinesBelow {
  see(line: Float64Array): void;
  /** How many there were. */
  seen(): number;
  some(property: Property): boolean;
  all(property: Property): boolean;
  /** How many rise in whole numbers, as the first does. */
  like(): number;
}

export const counts = (line: Float64Array): boolean => line.every((value, k) => value === k);

export const rises = (line: Float64Array): boolean =>
  line.length > 1 && line.every((value, k) => k === 0 || value > line[k - 1]);

export const isWhole = (line: Float64Array): boolean => line.every(Number.isInteger);

export const isYears = (line: Float64Array): boolean =>
  line.every((value) => value >= 1800 && value < 2200);

/** Equal steps, as exactly as decimals give them in doubles. */
export function isEven(line: Float64Array): boolean {
  if (line.length < 3) return false;
  const step = (line[line.length - 1] - line[0]) / (line.length - 1);
  let largest = 0;
  for (const value of line) largest = Math.max(largest, Math.abs(value));
  const tolerance = 1e-9 * largest;
  return step !== 0 && line.every((value, k) => Math.abs(value - line[0] - k * step) <= tolerance);
}

/** @param first  rises, so that its ends are its least and its largest number */
export function linesBelow(first: Float64Array): LinesBelow {
  const [least, most] = [first[0], first[first.length - 1]];
  const tests: Readonly<Record<Property, (line: Float64Array) => boolean>> = {
    counts,
    even: isEven,
    years: isYears,
    whole: isWhole,
    less: (line) => line.every((value) => value < least),
    more: (line) => line.every((value) => value > most),
  };
  const properties = Object.keys(tests) as Property[];
  const times = new Map<Property, number>(properties.map((property) => [property, 0]));
  let [seen, like] = [0, 0];
  return {
    see(line) {
      seen++;
      for (const property of properties) {
        if (tests[property](line)) times.set(property, times.get(property)! + 1);
      }
      if (rises(line) && isWhole(line)) like++;
    },
    seen: () => seen,
    some: (property) => times.get(property)! > 0,
    all: (property) => times.get(property) === seen,
    like: () => like,
  };
}
