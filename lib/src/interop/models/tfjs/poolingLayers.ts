import {
  averagePool,
  globalAveragePool,
  globalMaxPool,
  maxPool,
} from "../../../nn/layers/pooling.js";
import { reshape } from "../../../nn/layers/structure.js";
import { windowCounts } from "../../../nn/layers/windowSites.js";
import {
  addPart,
  channelsOf,
  partOf,
  settled,
  shapeHere,
  type Importer,
  type Value,
} from "./importer.js";
import { leavesOut, samePadding } from "./samePadding.js";
import type { Importing } from "./importing.js";
import { SHIFTED, spaceOf } from "./weightedLayers.js";

export type PoolingMode = "maximum" | "average";

export const importPooling =
  (mode: PoolingMode, axes: 1 | 2 | 3): Importing =>
  (importer, settings, [input], _weights, title) => {
    const value = settled(importer, input, title);
    const extents = spaceOf(settings, value, axes);
    const extent = settings.whole("pool_size", axes, 2);
    const stride = settings.whole("strides", axes, extent);
    const kind = settings.text("padding", "valid");
    if (kind !== "same" && kind !== "valid")
      settings.fault(`padding must be "valid" or "same", got ${JSON.stringify(kind)}`);
    if (kind === "same" && axes === 3 && leavesOut(extents, extent, stride)) settings.note(SHIFTED);
    const padding =
      kind === "same"
        ? samePadding(
            extents,
            extent,
            stride,
            extent.map(() => 1),
          )
        : extents.map(() => [0, 0] as const);
    const out = windowCounts(extents, { kernel: extent, padding, stride });
    if (out.some((own) => own < 1))
      settings.fault(`the window [${extent}] is longer than its input [${extents}]`);
    const layer = (mode === "maximum" ? maxPool : averagePool)(extent, { stride, padding });
    return {
      index: addPart(importer, { layer, inputs: [value.index] }),
      shape: [...out.map((own) => Math.max(1, own)), channelsOf(value.shape)],
    };
  };

export const importGlobalPooling =
  (mode: PoolingMode, axes: 1 | 2 | 3): Importing =>
  (importer, settings, [input], _weights, title) => {
    // the mean of scale · x + shift is that of the mean; a maximum may be elsewhere
    const value = mode === "average" && !input.padding ? input : settled(importer, input, title);
    spaceOf(settings, value, axes);
    const c = channelsOf(value.shape);
    const layer = mode === "maximum" ? globalMaxPool() : globalAveragePool();
    const index = addPart(importer, { layer, inputs: [beforeReshape(importer, value, c)] });
    const pooled: Value = { index, shape: [c], ...(value.pending && { pending: value.pending }) };
    if (!settings.flag("keepdims", false) && !settings.flag("keep_dims", false)) return pooled;
    const shape = [...Array<number>(axes).fill(1), c];
    return {
      ...pooled,
      shape,
      index: addPart(importer, { layer: reshape(shapeHere(shape)), inputs: [index] }),
    };
  };

/** All of space is the same whichever way it is folded. */
function beforeReshape(importer: Importer, { index }: Value, channels: number): number {
  const part = partOf(importer, index);
  const { shapes } = importer;
  const [source] = part?.layer.kind === "reshape" ? part.inputs : [index];
  return shapes[source].length > 1 && shapes[source][0] === channels ? source : index;
}
