import type { Shape } from "../../../../core/tensor.js";
import type { LayerSettings, LayerTypeName } from "../../../../nn/layers/layerTypes.js";
import type { Exported, Writing } from "./exporting.js";

/** A layer on its way into a graph. */
export interface Exporting extends Writing {
  readonly inputs: readonly Exported[];
  /** Of one sample that it puts out. */
  readonly to: Shape;
  /** Its weights. @param role  their number, in the order of θ */
  parameter(role: number, shape?: Shape): string;
  /** Some of them, under a name of their own. */
  part(role: number, mark: string, shape: Shape, places: readonly number[]): string;
}

/** How a layer of a type is written: the name of what it puts out, or all that is known of that. */
export type Exporter<T extends LayerTypeName> = (
  own: Exporting,
  settings: LayerSettings[T],
) => string | Omit<Exported, "shape">;

/** Exporters of some types. */
export type Exporters<T extends LayerTypeName> = { readonly [K in T]: Exporter<K> };
