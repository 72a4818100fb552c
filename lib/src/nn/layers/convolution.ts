import { takes } from "../../core/arguments/takes.js";
import { count, listOf, record } from "../../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { size, type Shape } from "../../core/tensor.js";
import { makeArena } from "../../kernels/arena.js";
import {
  describeAxes,
  describePadding,
  paddings,
  perAxis,
  type Padding,
  type PerAxis,
} from "./axes.js";
import { prepareAffine } from "./affineStep.js";
import { built } from "./builtLayer.js";
import type { AffineLayer, AffineMap, ConvolutionWindow } from "./layer.js";
import { stagedInput, threeAxes } from "./stagedInput.js";
import { wideConvolution, type ConvolutionProducts } from "./wideConvolution.js";
import { windowCounts, windowSites } from "./windowSites.js";

/** Padding, stride and dilation of a convolution. */
export interface ConvolutionOptions {
  /** Zeros added around space (default 0). */
  readonly padding?: Padding;
  /** Step of the window (default 1). */
  readonly stride?: PerAxis;
  /** Distance of neighbouring taps (default 1). */
  readonly dilation?: PerAxis;
}

/**
 * y[j, t] = Σ_{i,k} W[j, i, k] x[i, t·stride + k·dilation − padding] + b[j] over one axis. Weight
 * [to, from, kernel].
 */
export function conv1d(
  from: number,
  to: number,
  kernel: number,
  options: ConvolutionOptions = {},
): AffineLayer {
  return convolution(from, to, [kernel], options);
}

/**
 * The same over two axes, samples [from, height, width].
 * @example
 * ```ts
 * import { nn } from "phaselens";
 * const layer = nn.conv2d(1, 4, 3, { padding: 1 });
 * console.log(layer.outputShape([[1, 16, 16]])); // → [ 4, 16, 16 ]
 * ```
 */
export function conv2d(
  from: number,
  to: number,
  kernel: number | readonly [number, number],
  options: ConvolutionOptions = {},
): AffineLayer {
  return convolution(from, to, typeof kernel === "number" ? [kernel, kernel] : kernel, options);
}

/** The same over three axes, samples [from, depth, height, width]. */
export function conv3d(
  from: number,
  to: number,
  kernel: number | readonly [number, number, number],
  options: ConvolutionOptions = {},
): AffineLayer {
  return convolution(
    from,
    to,
    typeof kernel === "number" ? [kernel, kernel, kernel] : kernel,
    options,
  );
}

const convolutionTypes = ["conv1d", "conv2d", "conv3d"] as const;

function convolution(
  from: number,
  to: number,
  extent: Shape,
  options: ConvolutionOptions,
): AffineLayer {
  takes("convolution", {
    kernel: [extent, listOf(count(1), 1)],
    options: [options, record()],
  });
  const kernel = [...extent];
  const axes = kernel.length;
  const type = convolutionTypes[axes - 1];
  const kind = `${type}(${from}→${to}, kernel ${kernel.join("×")}`;
  for (const [what, value] of [
    ["channels", from],
    ["channels", to],
    ...kernel.map((k) => ["kernel", k] as const),
  ] as const) {
    if (!Number.isInteger(value) || value < 1)
      throw new ConfigError(`${kind}): ${what} must be a whole number ≥ 1, got ${value}.`);
  }
  const { padding: around = 0, stride: step = 1, dilation: apart = 1 } = options;
  const padding = paddings(around, axes, `${kind}): padding`);
  const stride = perAxis(step, axes, 1, `${kind}): stride`);
  const dilation = perAxis(apart, axes, 1, `${kind}): dilation`);
  const texts = [
    ["padding", describePadding(padding), "0"],
    ["stride", describeAxes(stride), "1"],
    ["dilation", describeAxes(dilation), "1"],
  ];
  const name = `${kind}${texts.map(([what, text, usual]) => (text === usual ? "" : `, ${what} ${text}`)).join("")})`;
  const window: ConvolutionWindow = { kernel, padding, stride, dilation };
  const spec = { type, inputs: from, outputs: to, ...window };
  const extents = (input: Shape): number[] => windowCounts(input.slice(1), window);
  return built<AffineLayer>(spec, {
    kind: "affine",
    name,
    weightShape: [to, from, ...kernel],
    biasShape: [to],
    convolution: window,
    outputShape([input]) {
      if (input.length !== axes + 1 || input[0] !== from) {
        throw new ShapeError(
          `${name}: samples must have shape [${from}${", length".repeat(axes)}], got [${input}].`,
          { got: input },
        );
      }
      const out = extents(input);
      if (out.some((extent) => extent < 1)) {
        throw new ShapeError(
          `${name}: the input [${input}] is shorter than the kernel. Use longer inputs or more padding.`,
          { got: input },
        );
      }
      return [to, ...out];
    },
    prepare: prepareAffine,
    map: (input) => convolutionMap(from, to, input.slice(1), window, extents(input)),
  });
}

function convolutionMap(
  from: number,
  to: number,
  input: Shape,
  window: ConvolutionWindow,
  output: Shape,
): AffineMap {
  const geometry = {
    outChannels: to,
    inChannels: from,
    taps: size(window.kernel),
    sites: size(output),
    inputSites: size(input),
    siteOf: windowSites(input, output, window),
  };
  const wide = wideConvolution(from, to, input, window, output);
  return { geometry, ...(wide ?? rowByRow(from, to, input, window, output)) };
}

/** Its products one row of the output at a time, for all that are not large. */
function rowByRow(
  from: number,
  to: number,
  input: Shape,
  window: ConvolutionWindow,
  output: Shape,
): ConvolutionProducts {
  const { kernel } = window;
  const space = threeAxes(input);
  const [inA, inB, inC] = space;
  const [, kB, kC] = threeAxes(kernel);
  const [outA, outB, outC] = threeAxes(output);
  const [taps, sites, inputSites] = [size(kernel), size(output), size(input)];
  const { strides, rowAt, columns: columnAt, tapAt, windowAt } = stagedInput(space, window);
  const [volume] = strides;
  const contiguous = inC < 2 || columnAt[1] === columnAt[0] + 1;
  const depth = from * taps;
  const outer = outA * outB;
  const arena = makeArena({
    doubles: from * volume + (to + 1) * sites + 2 * to * depth + to,
    integers: outer * (depth + to) + 3 * to + 1 + taps * (from + outer * from),
  });
  const { f64, i32 } = arena;
  const [xs, ys, w, gw] = [
    arena.doubles(from * volume),
    arena.doubles(to * sites),
    arena.doubles(to * depth),
    arena.doubles(to * depth),
  ];
  const wRows = arena.integers(to);
  for (let j = 0; j < to; j++) i32[wRows + j] = w + j * depth;
  // The gradient of the biases is that of the weights of an input that is 1 everywhere
  const [ones, gb] = [arena.doubles(sites), arena.doubles(to)];
  f64.fill(1, ones, ones + sites);
  const onesRow = arena.integers(1);
  i32[onesRow] = ones;
  const channelRows = arena.integers(to);
  for (let j = 0; j < to; j++) i32[channelRows + j] = ys + j * sites;
  const xRows = arena.integers(outer * depth); // [outer, from, taps]
  const yRows = arena.integers(outer * to); // [outer, to]
  // [taps, from]: start of W[0, i, k] for the transposed product
  const columns = arena.integers(taps * from);
  const scatterRows = arena.integers(outer * taps * from); // [outer, taps, from]
  for (let p = 0; p < outer; p++) {
    for (let j = 0; j < to; j++) i32[yRows + p * to + j] = ys + j * sites + p * outC;
    for (let i = 0, r = 0; i < from; i++) {
      for (let k = 0; k < taps; k++, r++) {
        const tap = tapAt(Math.floor(k / (kB * kC)), Math.floor(k / kC) % kB, k % kC);
        const offset = xs + i * volume + windowAt(Math.floor(p / outB), p % outB) + tap;
        i32[xRows + p * depth + r] = offset;
        i32[scatterRows + (p * taps + k) * from + i] = offset;
        i32[columns + k * from + i] = w + r;
      }
    }
  }

  const eachInputRow = (visit: (staged: number, plain: number) => void): void => {
    for (let i = 0; i < from; i++) {
      for (let a = 0; a < inA; a++) {
        for (let b = 0; b < inB; b++) {
          visit(xs + i * volume + rowAt(a, b), ((i * inA + a) * inB + b) * inC);
        }
      }
    }
  };
  const stageInput = (x: Float64Array, n: number): void => {
    const start = n * from * inputSites;
    eachInputRow((staged, plain) => {
      const at = start + plain;
      if (contiguous) f64.set(x.subarray(at, at + inC), staged + columnAt[0]);
      else for (let c = 0; c < inC; c++) f64[staged + columnAt[c]] = x[at + c];
    });
  };
  const readInput = (gx: Float64Array, n: number): void => {
    const start = n * from * inputSites;
    eachInputRow((staged, plain) => {
      const at = start + plain;
      const own = staged + columnAt[0];
      if (contiguous) gx.set(f64.subarray(own, own + inC), at);
      else for (let c = 0; c < inC; c++) gx[at + c] = f64[staged + columnAt[c]];
    });
  };
  const clearInput = (): void => void f64.fill(0, xs, xs + from * volume);

  let padded = true; // the padding holds zeros
  const clearPadding = (): void => {
    if (!padded) clearInput();
    padded = true;
  };
  return {
    apply(weight, bias, x, y, batch) {
      f64.set(weight, w);
      clearPadding();
      for (let n = 0; n < batch; n++) {
        stageInput(x, n);
        for (let j = 0; j < to; j++)
          f64.fill(bias ? bias[j] : 0, ys + j * sites, ys + (j + 1) * sites);
        for (let p = 0; p < outer; p++)
          arena.rowProduct(to, outC, depth, wRows, 1, xRows + p * depth, yRows + p * to);
        y.set(f64.subarray(ys, ys + to * sites), n * to * sites);
      }
    },
    applyTransposed(weight, g, gx, batch) {
      f64.set(weight, w);
      padded = false;
      for (let n = 0; n < batch; n++) {
        f64.set(g.subarray(n * to * sites, (n + 1) * to * sites), ys);
        clearInput();
        for (let p = 0; p < outer; p++) {
          for (let k = 0; k < taps; k++) {
            arena.rowProduct(
              from,
              outC,
              to,
              columns + k * from,
              depth,
              yRows + p * to,
              scatterRows + (p * taps + k) * from,
            );
          }
        }
        readInput(gx, n);
      }
    },
    weightGradient(x, g, gWeight, gBias, batch) {
      f64.set(gWeight, gw);
      f64.fill(0, gb, gb + to);
      clearPadding();
      for (let n = 0; n < batch; n++) {
        stageInput(x, n);
        f64.set(g.subarray(n * to * sites, (n + 1) * to * sites), ys);
        for (let p = 0; p < outer; p++)
          arena.rowDots(to, depth, outC, yRows + p * to, xRows + p * depth, gw, depth);
        arena.rowDots(to, 1, sites, channelRows, onesRow, gb, 1);
      }
      for (let j = 0; j < to; j++) gBias[j] += f64[gb + j];
      gWeight.set(f64.subarray(gw, gw + to * depth));
    },
  };
}
