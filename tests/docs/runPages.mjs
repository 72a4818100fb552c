// A process that runs the modules of pages, one after another, each in its folder: Node is started
// and the library loaded once for all of them.
import { pathToFileURL } from "node:url";

let last = Promise.resolve();
process.on("message", ({ id, folder, cache }) => {
  last = last.then(async () => {
    process.chdir(folder);
    process.env.PHASELENS_CACHE = cache;
    try {
      const { __printed: printed } = await import(pathToFileURL(`${folder}/page.mjs`).href);
      await new Promise((resolve) => setImmediate(resolve)); // what it left for the next turn
      process.send({ id, printed });
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error) });
    }
  });
});
process.on("disconnect", () => process.exit());
