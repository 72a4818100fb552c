import { gatherAt } from "../../../nn/layers/choices.js";
import { relu } from "../../../nn/layers/activations.js";
import { rescale } from "../../../nn/layers/functions.js";
import { crop, expand, take } from "../../../nn/layers/gather.js";
import { scaling } from "../../../nn/layers/scaling.js";
import { softmaxAlong } from "../../../nn/layers/softmaxAlong.js";
import { parameter } from "../../../nn/layers/sources.js";
import { add, flatten, reshape } from "../../../nn/layers/structure.js";
import { size } from "../../../core/tensor.js";
import { addBlock, axisHere, builder, NONE, plainly } from "./building.js";
import { channelsOf, shapeHere } from "./importer.js";
import type { Importing } from "./importing.js";
import { spaceOf } from "./weightedLayers.js";

/** Softmax inside a model. */
export const importSoftmax: Importing = (importer, settings, [input], _weights, title) => {
  const value = plainly(importer, input, title);
  const axis = axisHere(settings, "axis", settings.raw("axis") ?? -1, value.shape.length);
  return { ...value, ...builder(importer).then(softmaxAlong(axis), value) };
};

/** x for x > 0 and a x otherwise, a of each entry but along shared axes. */
export const importPrelu: Importing = (importer, settings, [input], weights, title) => {
  const value = plainly(importer, input, title);
  const { shape } = value;
  const shared = [settings.raw("shared_axes") ?? []].flat();
  const slopes = shape.map((extent, k) => (shared.includes(k + 1) ? 1 : extent));
  const alpha = weights("alpha", slopes);
  const c = channelsOf(slopes);
  const each = size(slopes) > c; // a slope for each entry, in space too
  const count = each ? size(shape) : channelsOf(shape);
  const weight = new Float64Array(count);
  for (let p = 0; p < count; p++) weight[p] = alpha[each ? place(p, shape, slopes) : p % c];
  const block = {
    kind: "block" as const,
    name: title,
    build: (
      ...[then, , x]: Parameters<import("../../../nn/network/graphParts.js").Block["build"]>
    ) => {
      const below = then(rescale(-1), then(relu(), then(rescale(-1), x)));
      const flat = each && shape.length > 1 ? then(flatten(), below) : below;
      const sloped = then(scaling(count, { bias: false }), flat);
      const back = flat === below ? sloped : then(reshape(shapeHere(shape)), sloped);
      return then(add(), then(relu(), x), back);
    },
  };
  return { ...value, ...addBlock(importer, block, [value], [{ weight, bias: NONE }]) };
};

/** The slope of entry p here, channels first, among those of Keras. */
function place(p: number, shape: readonly number[], slopes: readonly number[]): number {
  const sites = size(shape.slice(0, -1));
  let site = p % sites;
  const index: number[] = [];
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    index[axis] = site % shape[axis];
    site = Math.floor(site / shape[axis]);
  }
  index.push(Math.floor(p / sites));
  return index.reduce((at, own, axis) => at * slopes[axis] + (slopes[axis] === 1 ? 0 : own), 0);
}

/** Rows of a table at the places that samples are. */
export const importEmbedding: Importing = (importer, settings, [input], weights, title) => {
  const value = plainly(importer, input, title);
  const [entries, width] = [settings.whole("input_dim", 1)[0], settings.whole("output_dim", 1)[0]];
  if (settings.flag("mask_zero", false))
    settings.fault("mask_zero must be false. Give the mask as an input of its own");
  if (value.shape.length !== 1) {
    settings.fault(`takes samples of one axis, got [${value.shape}]`);
    return value;
  }
  const table = weights("embeddings", [entries, width]);
  const weight = Float64Array.from(
    table,
    (_, p) => table[(p % entries) * width + Math.floor(p / entries)],
  );
  const block = {
    kind: "block" as const,
    name: title,
    build: (
      ...[then, , x]: Parameters<import("../../../nn/network/graphParts.js").Block["build"]>
    ) => then(gatherAt({ axis: 1 }), then(parameter([width, entries])), x),
  };
  const { index } = addBlock(importer, block, [value], [{ weight, bias: NONE }]);
  settings.note("looks up rows of a table by its input, by which nothing is differentiated.");
  return { index, shape: [value.shape[0], width] };
};

/** A flat value at each of n times. */
export const importRepeat: Importing = (importer, settings, [input], _weights, title) => {
  const value = plainly(importer, input, title);
  const n = settings.whole("n", 1)[0];
  const [width] = value.shape;
  if (value.shape.length !== 1) settings.fault(`takes flat samples, got [${value.shape}]`);
  const { then } = builder(importer);
  const { index } = then(expand([width, n]), then(reshape([width, 1]), value));
  return { index, shape: [n, width] };
};

/** Entries of space cut off. */
export const importCropping =
  (axes: 1 | 2 | 3): Importing =>
  (importer, settings, [input], _weights, title) => {
    const value = plainly(importer, input, title);
    const extents = spaceOf(settings, value, axes);
    const raw = settings.raw("cropping") ?? 1;
    const list: readonly unknown[] =
      axes === 1 && !(Array.isArray(raw) && Array.isArray(raw[0]))
        ? [raw]
        : Array.isArray(raw)
          ? raw
          : Array<unknown>(axes).fill(raw);
    const sides = list.map((own) =>
      Array.isArray(own) ? [Number(own[0]), Number(own[1])] : [Number(own), Number(own)],
    );
    const left = extents.map((extent, a) => extent - (sides[a]?.[0] ?? 0) - (sides[a]?.[1] ?? 0));
    const right =
      sides.length === axes &&
      sides.flat().every((own) => Number.isInteger(own) && own >= 0) &&
      left.every((own) => own >= 1);
    if (!right) {
      settings.fault(
        `cropping must leave something of [${extents}], got ${JSON.stringify(raw)?.slice(0, 80)}`,
      );
      return value;
    }
    const { then } = builder(importer);
    const { index } = sides.reduce((own, [before], a) => then(crop(a + 1, before, left[a]), own), {
      index: value.index,
    });
    return { index, shape: [...left, channelsOf(value.shape)] };
  };

/** Each entry of space several times. */
export const importUpSampling =
  (axes: 1 | 2 | 3): Importing =>
  (importer, settings, [input], _weights, title) => {
    const value = plainly(importer, input, title);
    const extents = spaceOf(settings, value, axes);
    const times = settings.whole("size", axes, 2);
    if (settings.text("interpolation", "nearest") !== "nearest")
      settings.fault('interpolation must be "nearest"');
    const { then } = builder(importer);
    const { index } = extents.reduce(
      (own, extent, a) =>
        then(
          take(
            a + 1,
            Array.from({ length: extent * times[a] }, (_, k) => Math.floor(k / times[a])),
          ),
          own,
        ),
      { index: value.index },
    );
    return {
      index,
      shape: [...extents.map((extent, a) => extent * times[a]), channelsOf(value.shape)],
    };
  };
