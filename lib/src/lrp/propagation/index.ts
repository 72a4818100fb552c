// One step backward through a layer, and the walk over a whole network.
export type { Start } from "./start.js";
export type { ConservationRow } from "./conservation.js";
export { layerwise } from "./layerwise.js";
export { relevance, filterRelevance } from "./relevance.js";
export { relevanceByLayer, type LayerRelevance } from "./relevanceByLayer.js";
