import { power } from "../../core/power.js";

/**
 * How different two colours look: ΔE*_ab, their distance in CIE 1976 L*a*b* (white D65).
 * @param first, second  sRGB, "#rrggbb"
 */
export function colourDistance(first: string, second: string): number {
  const [a, b] = [lab(first), lab(second)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** sRGB to XYZ in units of the white point. */
const toWhite = [
  [0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505],
  [0.2126, 0.7152, 0.0722],
  [0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089],
];

function lab(colour: string): [number, number, number] {
  const linear = [1, 3, 5].map((at) => {
    const c = parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : power((c + 0.055) / 1.055, 2.4);
  });
  const [x, y, z] = toWhite.map((row) =>
    root(row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2]),
  );
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** The cube root, linear near 0. */
const root = (t: number): number =>
  t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116;
