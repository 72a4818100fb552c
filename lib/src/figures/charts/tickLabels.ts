/** Between these moduli a number is written out, beyond them as a power of ten. */
const [LEAST, MOST] = [1e-4, 1e6];

/** Whether a number is printed as a power of ten. */
export const needsPower = (value: number): boolean =>
  value !== 0 && !(Math.abs(value) >= LEAST && Math.abs(value) < MOST);

/** Characters of d3's exponents, such as -12 and +7, and what stands for them above the line. */
const RAISED: readonly (readonly [string, string])[] = [
  ["[+]", ""],
  ["-", "⁻"],
  ...Array.from("⁰¹²³⁴⁵⁶⁷⁸⁹", (raised, digit) => [String(digit), raised] as const),
];

/**
 * A Vega expression that writes `datum.value` as it is printed: 0, 0.1, 1500, 2 × 10⁻⁵, −10⁷; d3's
 * "~g" and "~e" write 2e-5 and 1e+7.
 * @param digits  significant digits at most, default 6
 */
export function printedNumber(digits: number = 6): string {
  const value = "datum.value";
  // through d3's own exponent: a logarithm of 1000 is not 3 to the last bit
  const parts = `split(format(abs(${value}), ".${digits - 1}~e"), "e")`;
  const exponent = RAISED.reduce(
    (text, [from, to]) => `replace(${text}, regexp("${from}", "g"), "${to}")`,
    `${parts}[1]`,
  );
  const mantissa = `(${parts}[0] === "1" ? "" : ${parts}[0] + " × ")`;
  const power = `(${value} < 0 ? "−" : "") + ${mantissa} + "10" + ${exponent}`;
  const plain = `${value} === 0 || abs(${value}) >= ${LEAST} && abs(${value}) < ${MOST}`;
  return `${plain} ? format(${value}, ".${digits}~g") : ${power}`;
}

/** Whether a d3 format is one of those that write an exponent as e+7. */
export const writesExponents = (format: string): boolean => /[eg]$/.test(format);

/** Significant digits that a d3 format such as ".3~g" or ".1e" asks for. */
export function significantDigits(format: string = ""): number | undefined {
  const precision = /\.(\d+)/.exec(format)?.[1];
  if (precision === undefined) return undefined;
  return Number(precision) + (format.endsWith("e") ? 1 : 0);
}
