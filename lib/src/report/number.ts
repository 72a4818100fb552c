/** A number for a reader: `digits` significant ones, whole numbers in full, a true minus sign. */
export function readable(value: number, digits: number = 3): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const text =
    Number.isInteger(value) && size < 1e6
      ? String(value)
      : size < 1e-3 || size >= 1e6
        ? value
            .toExponential(digits - 1)
            .replace(/\.?0+e/, "e")
            .replace("e+", "e")
        : String(Number(value.toPrecision(digits)));
  return text.replace(/-/g, "−");
}
