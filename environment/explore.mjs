// npm run explore: three-dimensional views in the browser. Options: --port N, --once, --no-open,
// --verbose.
import { build } from "./build.mjs";
import { explore } from "./explore/explore.mjs";
import { ensureInstalled } from "./base/install.mjs";

// What each view imports of the library has to be built first.
const views = {
  loss: async () => {
    const { stoppingPoint, surfaceAround } = await import("./explore/surface.mjs");
    return surfaceAround(await stoppingPoint(), { steps: 31, every: 5 });
  },
  field: async () => {
    const { fieldPlot, oneFieldAPhase } = await import("./explore/fields.mjs");
    return fieldPlot(await oneFieldAPhase());
  },
  jets: async () => {
    const { jetsPlot, lastLayerOfJets } = await import("./explore/jets.mjs");
    return jetsPlot(await lastLayerOfJets());
  },
};

explore(async (view) => {
  ensureInstalled();
  await build();
  return views[view]();
}, Object.keys(views));
