// Numbers for a reader.
import { readable } from "phaselens/internal/report/number";

export { readable };

export const percent = (share: number): string =>
  share > 0.999 && share < 1 ? ">99.9 %" : `${readable(100 * share)} %`;

/** Seconds as one says them. */
export function duration(seconds: number): string {
  if (seconds < 1) return "a moment";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${readable(seconds / 3600, 2)} h`;
}

export const count = (n: number, one: string, many: string = `${one}s`): string =>
  `${n.toLocaleString("en-GB")} ${n === 1 ? one : many}`;
