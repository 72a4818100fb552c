import { size, type Shape } from "phaselens/core";
import { conv1d, conv2d, conv3d, dense, edges, objectDense, type ObjectGroup } from "phaselens/nn";
import { indices, placeOf, type Draw } from "./draw.js";
import { range, type Sums, type Term } from "./naive.js";
import type { Drawn, RandomLayer } from "./randomLayer.js";

const WIDEST = 4;

const denseLayer: RandomLayer = {
  space: [0],
  draw(draw, [[inputs]]) {
    const outputs = 1 + draw.below(WIDEST);
    return { layer: dense(inputs, outputs), naive: everyPair(inputs, outputs) };
  },
};

export function everyPair(inputs: number, outputs: number): Sums {
  const terms = range(outputs).flatMap((j) =>
    range(inputs).map((i) => ({ i, j, weight: j * inputs + i })),
  );
  return { kind: "sums", outputs, terms, bias: (j) => outputs * inputs + j };
}

const objectDenseLayer: RandomLayer = {
  space: [1],
  draw(draw, [[inputs, objects]]) {
    const outputs = 1 + draw.below(WIDEST);
    return { layer: objectDense(inputs, outputs), naive: perObject(inputs, outputs, objects) };
  },
};

export function perObject(inputs: number, outputs: number, objects: number): Sums {
  const terms = range(outputs).flatMap((o) =>
    range(inputs).flatMap((k) =>
      range(objects).map((t) => ({
        i: k * objects + t,
        j: o * objects + t,
        weight: o * inputs + k,
      })),
    ),
  );
  const bias = (j: number): number => outputs * inputs + Math.floor(j / objects);
  return { kind: "sums", outputs: outputs * objects, terms, bias };
}

/**
 * A convolution with another kernel, padding on either side, stride and dilation along each axis.
 */
function convolution(axes: 1 | 2 | 3): RandomLayer {
  return {
    space: [axes],
    draw(draw, [[from, ...space]]) {
      const to = 1 + draw.below(3);
      const kernel = space.map(() => 1 + draw.below(3));
      const padding = space.map(() => [draw.below(3), draw.below(4)] as const);
      const stride = space.map(() => 1 + draw.below(3));
      const dilation = space.map(() => 1 + draw.below(2));
      const out = space.map(
        (extent, a) =>
          Math.floor(
            (extent + padding[a][0] + padding[a][1] - dilation[a] * (kernel[a] - 1) - 1) /
              stride[a],
          ) + 1,
      );
      if (out.some((extent) => extent < 1)) return undefined;
      const options = { padding, stride, dilation };
      const layer =
        axes === 1
          ? conv1d(from, to, kernel[0], options)
          : axes === 2
            ? conv2d(from, to, [kernel[0], kernel[1]], options)
            : conv3d(from, to, [kernel[0], kernel[1], kernel[2]], options);
      const before = padding.map(([first]) => first);
      return {
        layer,
        naive: convolved(from, to, space, out, kernel, { before, stride, dilation }),
      };
    },
  };
}

interface Window {
  readonly before: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
}

function convolved(
  from: number,
  to: number,
  space: Shape,
  out: Shape,
  kernel: Shape,
  { before, stride, dilation }: Window,
): Sums {
  const terms: Term[] = [];
  const [taps, sites] = [indices(kernel), indices(out)];
  sites.forEach((site, t) =>
    taps.forEach((tap, k) => {
      const place = placeOf(
        site.map((s, a) => s * stride[a] + tap[a] * dilation[a] - before[a]),
        space,
      );
      if (place < 0) return;
      for (const o of range(to)) {
        for (const c of range(from)) {
          const weight = (o * from + c) * taps.length + k;
          terms.push({ i: c * size(space) + place, j: o * sites.length + t, weight });
        }
      }
    }),
  );
  const bias = (j: number): number => to * from * taps.length + Math.floor(j / sites.length);
  return { kind: "sums", outputs: to * sites.length, terms, bias };
}

/** Pairs of objects: of one group among itself, of two, or of two that share entries. */
const edgesLayer: RandomLayer = {
  space: [0],
  draw(draw, [[width]]) {
    const receivers = group(draw, width);
    const senders = draw.below(2) === 0 ? receivers : group(draw, width);
    if (isSame(receivers, senders) && receivers.objects < 2) return undefined;
    return pairsOf(receivers, senders, 1 + draw.below(3));
  },
};

/** At most four objects of at most three features, anywhere in the sample. */
export function group(draw: Draw, width: number): ObjectGroup {
  const objects = 1 + draw.below(Math.min(4, width));
  const features = 1 + draw.below(Math.min(3, Math.floor(width / objects)));
  return { objects, features, start: draw.below(width - objects * features + 1) };
}

export const isSame = (a: ObjectGroup, b: ObjectGroup): boolean =>
  a.start === b.start && a.features === b.features && a.objects === b.objects;

export function pairsOf(receivers: ObjectGroup, senders: ObjectGroup, outputs: number): Drawn {
  const alike = isSame(receivers, senders);
  const pairs = range(receivers.objects).flatMap((r) =>
    range(senders.objects)
      .filter((s) => !alike || s !== r)
      .map((s) => [r, s]),
  );
  const depth = receivers.features + senders.features;
  const entry = ({ start, objects }: ObjectGroup, feature: number, object: number): number =>
    start + feature * objects + object;
  const terms = range(outputs).flatMap((o) =>
    pairs.flatMap(([r, s], t) => [
      ...range(receivers.features).map((k) => ({
        i: entry(receivers, k, r),
        j: o * pairs.length + t,
        weight: o * depth + k,
      })),
      ...range(senders.features).map((k) => ({
        i: entry(senders, k, s),
        j: o * pairs.length + t,
        weight: o * depth + receivers.features + k,
      })),
    ]),
  );
  const bias = (j: number): number => outputs * depth + Math.floor(j / pairs.length);
  const naive: Sums = { kind: "sums", outputs: outputs * pairs.length, terms, bias };
  return { layer: edges(receivers, senders, outputs), naive };
}

export const affineLayers = {
  dense: denseLayer,
  objectDense: objectDenseLayer,
  conv1d: convolution(1),
  conv2d: convolution(2),
  conv3d: convolution(3),
  edges: edgesLayer,
} satisfies Record<string, RandomLayer>;
