import { affineLayers } from "./affineLayers.js";
import { choiceLayers } from "./choiceLayers.js";
import { entrywiseLayers } from "./entrywiseLayers.js";
import { functionLayers } from "./functionLayers.js";
import { gatherLayers } from "./gatherLayers.js";
import { poolingLayers } from "./poolingLayers.js";
import { productLayers } from "./productLayers.js";
import { scalingLayers } from "./scalingLayers.js";
import { structureLayers } from "./structureLayers.js";

const further = {
  ...functionLayers,
  ...gatherLayers,
  ...productLayers,
  ...scalingLayers,
  ...choiceLayers,
};
/**
 * Every layer of the library, by the type of its specification: how it is drawn, and what it
 * computes. A new type needs an entry here; `tests/random/complete.test.ts` says which are missing.
 */
export const randomLayers = {
  ...affineLayers,
  ...poolingLayers,
  ...entrywiseLayers,
  ...structureLayers,
  ...further,
};
export type LayerType = keyof typeof randomLayers;
/** Those that a plain network does not have. */
export const furtherTypes: ReadonlySet<string> = new Set(Object.keys(further));
export const layerTypes = Object.keys(randomLayers) as LayerType[];
