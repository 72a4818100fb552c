import { ConfigError, ShapeError } from "../../core/errors.js";
import { makeArena } from "../../kernels/arena.js";
import { prepareAffine } from "./affineStep.js";
import { built } from "./builtLayer.js";
import type { AffineLayer, AffineMap } from "./layer.js";

/** Samples staged in the arena at a time. */
const CHUNK = 64;

/**
 * Fully connected layer: y_j = Σ_i W_ji x_i + b_j. Weight [outputs, inputs].
 * @example
 * ```ts
 * import { nn } from "phaselens";
 * console.log(nn.dense(3, 8).name, nn.dense(3, 8).weightShape); // → dense(3→8) [ 8, 3 ]
 * ```
 */
export function dense(inputs: number, outputs: number): AffineLayer {
  for (const width of [inputs, outputs]) {
    if (!Number.isInteger(width) || width < 1)
      throw new ConfigError(
        `dense: widths must be positive whole numbers, got ${inputs} and ${outputs}.`,
      );
  }
  const name = `dense(${inputs}→${outputs})`;
  return built<AffineLayer>(
    { type: "dense", inputs, outputs },
    {
      kind: "affine",
      name,
      weightShape: [outputs, inputs],
      biasShape: [outputs],
      outputShape([input]) {
        if (input.length !== 1 || input[0] !== inputs) {
          throw new ShapeError(
            `${name}: samples must have shape [${inputs}], got [${input}]. Put flatten() before it, or change its width.`,
            { got: input },
          );
        }
        return [outputs];
      },
      prepare: prepareAffine,
      map: () => denseMap(inputs, outputs),
    },
  );
}

function denseMap(inputs: number, outputs: number): AffineMap {
  const arena = makeArena({
    doubles: CHUNK * (inputs + outputs) + 2 * inputs * outputs,
    integers: 2 * (CHUNK + outputs),
  });
  const { f64 } = arena;
  const [xs, ys, w, gw] = [
    arena.doubles(CHUNK * inputs),
    arena.doubles(CHUNK * outputs),
    arena.doubles(inputs * outputs),
    arena.doubles(inputs * outputs),
  ];
  const rows = (start: number, count: number, width: number): number => {
    const list = arena.integers(count);
    for (let r = 0; r < count; r++) arena.i32[list + r] = start + r * width;
    return list;
  };
  const [xRows, yRows, wRows, gwRows] = [
    rows(xs, CHUNK, inputs),
    rows(ys, CHUNK, outputs),
    rows(w, outputs, inputs),
    rows(gw, outputs, inputs),
  ];
  // column j of the staged outputs, read down the batch: rows of the transposed matrix with step
  // `outputs`
  const columns = rows(ys, outputs, 1);
  const inChunks = (batch: number, step: (from: number, count: number) => void): void => {
    for (let from = 0; from < batch; from += CHUNK) step(from, Math.min(CHUNK, batch - from));
  };
  return {
    geometry: {
      outChannels: outputs,
      inChannels: inputs,
      taps: 1,
      sites: 1,
      inputSites: 1,
      siteOf: Int32Array.of(0),
    },
    apply(weight, bias, x, y, batch) {
      f64.set(weight, w);
      inChunks(batch, (from, count) => {
        f64.set(x.subarray(from * inputs, (from + count) * inputs), xs);
        for (let n = 0; n < count; n++) {
          if (bias) f64.set(bias, ys + n * outputs);
          else f64.fill(0, ys + n * outputs, ys + (n + 1) * outputs);
        }
        arena.rowDots(count, outputs, inputs, xRows, wRows, ys, outputs);
        y.set(f64.subarray(ys, ys + count * outputs), from * outputs);
      });
    },
    applyTransposed(weight, g, gx, batch) {
      f64.set(weight, w);
      inChunks(batch, (from, count) => {
        f64.set(g.subarray(from * outputs, (from + count) * outputs), ys);
        f64.fill(0, xs, xs + count * inputs);
        arena.rowProduct(count, inputs, outputs, yRows, 1, wRows, xRows);
        gx.set(f64.subarray(xs, xs + count * inputs), from * inputs);
      });
    },
    weightGradient(x, g, gWeight, gBias, batch) {
      f64.set(gWeight, gw);
      inChunks(batch, (from, count) => {
        f64.set(x.subarray(from * inputs, (from + count) * inputs), xs);
        f64.set(g.subarray(from * outputs, (from + count) * outputs), ys);
        arena.rowProduct(outputs, inputs, count, columns, outputs, xRows, gwRows);
        for (let n = 0; n < count; n++)
          for (let j = 0; j < outputs; j++) gBias[j] += f64[ys + n * outputs + j];
      });
      gWeight.set(f64.subarray(gw, gw + inputs * outputs));
    },
  };
}
