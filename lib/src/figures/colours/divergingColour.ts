type Colour = readonly [number, number, number];

const white: Colour = [255, 255, 255];
const below: readonly Colour[] = [white, [146, 197, 222], [33, 102, 172], [5, 48, 97]];
const above: readonly Colour[] = [white, [244, 165, 130], [178, 24, 43], [103, 0, 31]];

/**
 * Colour of a signed value between −1 (blue), 0 (white) and 1 (red), as #rrggbb; values beyond have
 * the colour of the end. Blue and red differ in more than hue, so that any common colour blindness
 * tells them apart (ColorBrewer's RdBu).
 */
export function divergingColour(value: number): string {
  const stops = value < 0 ? below : above;
  const position = Math.min(1, Math.abs(value)) * (stops.length - 1);
  const k = Math.min(Math.floor(position), stops.length - 2);
  const channel = (c: number): string =>
    Math.round(stops[k][c] + (position - k) * (stops[k + 1][c] - stops[k][c]))
      .toString(16)
      .padStart(2, "0");
  return `#${channel(0)}${channel(1)}${channel(2)}`;
}
