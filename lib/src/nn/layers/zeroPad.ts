import { takes } from "../../core/arguments/takes.js";
import { list } from "../../core/arguments/kinds.js";
import { ShapeError } from "../../core/errors.js";
import { size, type Shape } from "../../core/tensor.js";
import { describePadding, paddings, type Padding } from "./axes.js";
import { built } from "./builtLayer.js";
import type { PoolingLayer, PoolingMap } from "./layer.js";
import { preparePooling } from "./poolingStep.js";
import { windowFeatures } from "./windowSites.js";

/**
 * Zeros around space: [c, …space] → [c, …space + zeros], y = x inside and 0 outside. Other than the
 * padding of a pooling they are entries like all others, for a maximum and for a mean. Each output
 * is a sum of one entry or of none, so that whatever treats sums treats this.
 *
 * @param padding  of each axis one number, or [before, after]
 */
export function zeroPad(padding: Exclude<Padding, number>): PoolingLayer {
  takes("zeroPad", { padding: [padding, list] });
  const sides = paddings(padding, padding.length, "zeroPad");
  const name = `zeroPad(${sides.length}d, ${describePadding(sides)})`;
  const outputShape = ([input]: readonly Shape[]): Shape => {
    if (input.length !== sides.length + 1) {
      const wanted = `[channels${", length".repeat(sides.length)}]`;
      throw new ShapeError(`${name}: samples must have shape ${wanted}, got [${input}].`, {
        got: input,
      });
    }
    return input.map((extent, axis) =>
      axis === 0 ? extent : extent + sides[axis - 1][0] + sides[axis - 1][1],
    );
  };
  return built<PoolingLayer>(
    { type: "zeroPad", padding: sides },
    {
      kind: "pooling",
      name,
      mode: "sum",
      outputShape,
      prepare: preparePooling,
      map(input) {
        // windows of one entry, of which those in the padding find nothing
        const one = sides.map(() => 1);
        const [, ...counts] = outputShape([input]);
        const windows = { kernel: one, stride: one, padding: sides };
        return copies(windowFeatures(input, counts, windows), size(input));
      },
    },
  );
}

function copies(sources: Int32Array, features: number): PoolingMap {
  const count = sources.length;
  return {
    window: 1,
    coefficient: 1,
    selects: false,
    sources,
    forward(x, y, _sources, batch) {
      for (let n = 0, p = 0; n < batch; n++) {
        for (let f = 0; f < count; f++) y[p++] = sources[f] < 0 ? 0 : x[n * features + sources[f]];
      }
    },
  };
}
