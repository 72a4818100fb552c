import { builtSpec } from "./builtLayer.js";
import type { Layer } from "./layer.js";
import type { LayerSpec } from "./layerTypes.js";

/**
 * What a layer is, if a function of this library made it and nobody changed it; undefined for
 * layers made or changed by hand.
 */
export const specOf = (layer: Layer): LayerSpec | undefined =>
  builtSpec(layer) as LayerSpec | undefined;
