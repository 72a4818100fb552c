// Samples as one sees them: fields and images as pixels, sets of objects as a table of colours.
import { divergingColour } from "phaselens/internal/figures/colours/divergingColour";
import type { InputFacts, InputValues } from "phaselens/internal/report/answers/document";
import { h } from "./dom.js";
import { readable } from "./numbers.js";

interface Plane {
  readonly rows: number;
  readonly columns: number;
  /** Numbers of a pixel: 1, or 3 for red, green and blue. */
  readonly channels: number;
  readonly values: ArrayLike<number>;
}

/** Whether a sample of this input is better seen than listed. */
export const isPicture = ({ look }: InputFacts): boolean => look !== "bars";

/**
 * A sample, or its relevance, as a picture.
 * @param signed  whether 0 is the middle of the colours, as for relevance
 */
export function picture(
  facts: InputFacts,
  { shape, values, name }: InputValues,
  { signed, size = 168, words }: { signed: boolean; size?: number; words: string },
): HTMLElement {
  const plane = planeOf(facts, shape, values, signed);
  const [low, high] = ends(plane.values);
  const scale = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const canvas = h("canvas", {
    width: plane.columns,
    height: plane.rows,
    role: "img",
    "aria-label": `${words}: ${name}, from ${readable(low)} to ${readable(high)}`,
  });
  const factor = Math.max(1, Math.floor(size / Math.max(plane.rows, plane.columns)));
  canvas.style.width = `${Math.min(2 * size, plane.columns * factor)}px`;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(plane.columns, plane.rows);
  const grey = (value: number): number => Math.round((255 * (value - low)) / (high - low || 1));
  for (let p = 0; p < plane.rows * plane.columns; p++) {
    const at = p * plane.channels;
    const value = plane.values[at];
    const colour = Number.isNaN(value)
      ? [255, 255, 255]
      : signed
        ? rgb(divergingColour(value / scale))
        : plane.channels === 3
          ? [0, 1, 2].map((c) => grey(plane.values[at + c]))
          : viridis((value - low) / (high - low || 1));
    image.data.set([...colour, 255], 4 * p);
  }
  context.putImageData(image, 0, 0);
  const range = signed
    ? `−${readable(scale, 2)} (blue) … ${readable(scale, 2)} (red)`
    : `${readable(low, 2)} … ${readable(high, 2)}`;
  const legend = size < 100 ? range : `${words}, ${range}`;
  return h("div", { class: "picture" }, canvas, h("span", { class: "legend" }, legend));
}

const rgb = (hex: string): number[] => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** Dark for the least, bright for the most: even steps of lightness, and no red beside green. */
const SEQUENTIAL = ["#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#fde725"].map(rgb);
function viridis(share: number): number[] {
  const at = Math.min(1, Math.max(0, share)) * (SEQUENTIAL.length - 1);
  const k = Math.min(Math.floor(at), SEQUENTIAL.length - 2);
  return SEQUENTIAL[k].map((value, c) =>
    Math.round(value + (at - k) * (SEQUENTIAL[k + 1][c] - value)),
  );
}

function ends(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let p = 0; p < values.length; p++) {
    if (Number.isNaN(values[p])) continue;
    low = Math.min(low, values[p]);
    high = Math.max(high, values[p]);
  }
  return [low, high];
}

/** A sample of any shape as one plane; relevance adds up over channels. */
function planeOf(
  { look }: InputFacts,
  whole: readonly number[],
  values: readonly number[],
  signed: boolean,
): Plane {
  const shape = whole.filter((extent) => extent > 1);
  if (shape.length <= 1) return { rows: 1, columns: shape[0] ?? 1, channels: 1, values };
  if (shape.length === 2) return { rows: shape[0], columns: shape[1], channels: 1, values };
  if (look === "image") return imageOf(shape, values, signed);
  return slices(shape, values);
}

/** Channels are the short axis, first or last. */
function imageOf(shape: readonly number[], values: readonly number[], signed: boolean): Plane {
  const last = shape[2] <= shape[0];
  const [rows, columns, channels] = last ? shape : [shape[1], shape[2], shape[0]];
  const area = rows * columns;
  const at = (p: number, c: number): number => values[last ? p * channels + c : c * area + p];
  if (channels === 3 && !signed)
    return {
      rows,
      columns,
      channels: 3,
      values: Array.from({ length: 3 * area }, (_, k) => at(Math.floor(k / 3), k % 3)),
    };
  const sum = (p: number): number => {
    let total = 0;
    for (let c = 0; c < channels; c++) total += at(p, c);
    return total;
  };
  return { rows, columns, channels: 1, values: Array.from({ length: area }, (_, p) => sum(p)) };
}

/** Planes of a volume beside each other, a column of white between them. */
function slices(shape: readonly number[], values: readonly number[]): Plane {
  const [rows, width] = shape.slice(-2);
  const depth = values.length / (rows * width);
  const across = Math.ceil(Math.sqrt(depth));
  const down = Math.ceil(depth / across);
  const columns = across * (width + 1) - 1;
  const plane = new Float64Array((down * (rows + 1) - 1) * columns).fill(NaN);
  for (let d = 0; d < depth; d++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < width; x++) {
        const row = Math.floor(d / across) * (rows + 1) + y;
        plane[row * columns + (d % across) * (width + 1) + x] = values[(d * rows + y) * width + x];
      }
  return { rows: down * (rows + 1) - 1, columns, channels: 1, values: plane };
}
