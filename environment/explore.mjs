// npm run explore: the risk around the network of Dawid et al. 2021, Fig. 5, in the browser. Options: --port N, --once, --no-open, --verbose.
import { build } from "./build.mjs";
import { explore } from "./explore/explore.mjs";
import { ensureInstalled } from "./install.mjs";

explore(async () => {
  ensureInstalled();
  await build();
  const { stoppingPoint, surfaceAround } = await import("./explore/surface.mjs"); // imports the library, which has to be built first
  return surfaceAround(await stoppingPoint(), { steps: 31, every: 5 });
});
