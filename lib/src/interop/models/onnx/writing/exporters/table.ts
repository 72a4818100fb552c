import type { LayerTypeName } from "../../../../../nn/layers/layerTypes.js";
import type { Exporters } from "../exporter.js";
import { affine } from "./affine.js";
import { choices } from "./choices.js";
import { entrywise } from "./entrywise.js";
import { movement } from "./movement.js";
import { products } from "./products.js";
import { windows } from "./windows.js";

/** How layers of each type are written as ONNX; a type without an entry does not compile. */
export const exporters: Exporters<LayerTypeName> = {
  ...affine,
  ...entrywise,
  ...windows,
  ...movement,
  ...choices,
  ...products,
};
