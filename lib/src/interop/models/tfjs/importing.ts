import type { Shape } from "../../../core/tensor.js";
import type { Importer, Value } from "./importer.js";
import type { KerasCall } from "./kerasCall.js";
import type { Settings } from "./settings.js";

/** A weight of the layer, which must have this shape. */
export type WeightOf = (role: string, shape: Shape) => Float64Array;

/** What is done with a call of a layer: the value that comes of it. */
export type Importing = (
  importer: Importer,
  settings: Settings,
  inputs: readonly Value[],
  weights: WeightOf,
  title: string,
  call: KerasCall,
) => Value;
