import { size, type Shape } from "phaselens/core";
import {
  averagePool,
  globalAveragePool,
  globalMaxPool,
  globalSum,
  maxPool,
  segmentSum,
  zeroPad,
  type Layer,
} from "phaselens/nn";
import { divisors, indices, placeOf, type Draw } from "./draw.js";
import { range, type Naive, type Sums } from "./naive.js";
import type { RandomLayer } from "./randomLayer.js";

type Windows = readonly (readonly number[])[];

const largest = (windows: Windows): Naive => ({ kind: "largest", windows });
const mean = (windows: Windows): Naive => sums(windows, (entries) => 1 / entries);

function sums(windows: Windows, coefficientOf: (entries: number) => number): Sums {
  const terms = windows.flatMap((window, j) =>
    window.map((i) => ({ i, j, coefficient: coefficientOf(window.length) })),
  );
  return { kind: "sums", outputs: windows.length, terms };
}

/** All of space of each channel. */
const whole = ([channels, ...space]: Shape): Windows =>
  range(channels).map((c) => range(size(space), c * size(space)));

function everywhere(build: () => Layer, naive: (windows: Windows) => Naive): RandomLayer {
  return {
    space: [1, 2, 3],
    draw: (_draw, [shape]) => ({ layer: build(), naive: naive(whole(shape)) }),
  };
}

/** Cubes side by side, or windows with another extent, stride and padding along each axis. */
function windowed(build: typeof maxPool, naive: (windows: Windows) => Naive): RandomLayer {
  return {
    space: [1, 2, 3],
    draw(draw, [shape]) {
      const space = shape.slice(1);
      const plain = draw.below(3) === 0;
      const cube = 1 + draw.below(Math.min(3, ...space));
      const extent = space.map((most) => (plain ? cube : 1 + draw.below(Math.min(3, most))));
      const stride = extent.map((own) => (plain || draw.below(2) === 0 ? own : 1 + draw.below(3)));
      const padding = extent.map((own) =>
        plain ? ([0, 0] as const) : ([draw.below(own), draw.below(own)] as const),
      );
      const windows = windowsOf(shape, extent, stride, padding);
      if (windows.length === 0) return undefined;
      const layer = plain ? build(cube) : build(extent, { stride, padding });
      return { layer, naive: naive(windows) };
    },
  };
}

function windowsOf(
  [channels, ...space]: Shape,
  extent: Shape,
  stride: Shape,
  padding: readonly (readonly [number, number])[],
): Windows {
  const out = space.map(
    (own, a) => Math.floor((own + padding[a][0] + padding[a][1] - extent[a]) / stride[a]) + 1,
  );
  if (out.some((count) => count < 1)) return [];
  return range(channels).flatMap((c) =>
    indices(out).map((at) =>
      indices(extent)
        .map((within) =>
          placeOf(
            within.map((w, a) => at[a] * stride[a] + w - padding[a][0]),
            space,
          ),
        )
        .filter((place) => place >= 0)
        .map((place) => c * size(space) + place),
    ),
  );
}

const segments: RandomLayer = {
  space: [1],
  draw(draw: Draw, [[channels, length]]) {
    const run = draw.among(divisors(length));
    const windows = range((channels * length) / run).map((w) => range(run, w * run));
    return { layer: segmentSum(run), naive: sums(windows, () => 1) };
  },
};

/** At most two zeros on either side of each axis. */
const zeros: RandomLayer = {
  space: [1, 2, 3],
  draw(draw, [shape]) {
    const padding = shape.slice(1).map(() => [draw.below(3), draw.below(3)] as const);
    const wide = shape.slice(1).map((extent, a) => extent + padding[a][0] + padding[a][1]);
    const windows = windowsOf(
      shape,
      wide.map(() => 1),
      wide.map(() => 1),
      padding,
    );
    return { layer: zeroPad(padding), naive: sums(windows, () => 1) };
  },
};

export const poolingLayers = {
  maxPool: windowed(maxPool, largest),
  averagePool: windowed(averagePool, mean),
  globalMaxPool: everywhere(globalMaxPool, largest),
  globalAveragePool: everywhere(globalAveragePool, mean),
  globalSum: everywhere(globalSum, (windows) => sums(windows, () => 1)),
  segmentSum: segments,
  zeroPad: zeros,
} satisfies Record<string, RandomLayer>;
