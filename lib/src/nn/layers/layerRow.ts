import type { Layer } from "./layer.js";
import type { Setting } from "./layerSettings.js";

/** A type of layer with such settings: what may stand in each, and the function that makes one. */
export interface LayerRow<Settings> {
  readonly settings: { readonly [K in keyof Settings]-?: Setting };
  /** @throws ConfigError for settings that make no sense */
  build(settings: Settings): Layer;
}

/** No settings. */
export type None = Readonly<Record<never, never>>;
