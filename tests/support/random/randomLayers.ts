import { affineLayers } from "./affineLayers.js";
import { entrywiseLayers } from "./entrywiseLayers.js";
import { poolingLayers } from "./poolingLayers.js";
import { structureLayers } from "./structureLayers.js";

/**
 * Every layer of the library, by the type of its specification: how it is drawn, and what it
 * computes. A new type needs an entry here; `tests/random/complete.test.ts` says which are missing.
 */
export const randomLayers = {
  ...affineLayers,
  ...poolingLayers,
  ...entrywiseLayers,
  ...structureLayers,
};
export type LayerType = keyof typeof randomLayers;
export const layerTypes = Object.keys(randomLayers) as LayerType[];
