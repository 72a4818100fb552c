import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const library = fileURLToPath(new URL("../../lib/dist", import.meta.url));
const computing = [
  "core",
  "kernels",
  "linalg",
  "physics",
  "nn",
  "lrp",
  "hessian",
  "forest",
  "taggers",
  "figures",
];

describe("modules that compute", () => {
  it.each(computing)(
    "of %s import nothing of Node, so that bundlers and browsers can load them",
    (folder) => {
      const files = readdirSync(join(library, folder), {
        recursive: true,
        encoding: "utf8",
      }).filter((file) => file.endsWith(".js") && !file.endsWith("parallelWorker.js"));
      const found = files.filter((file) =>
        /(?:^|\n)\s*(?:import|export)[^;]*?from "node:|import\("node:|new URL\("\.[^"]*", import\.meta\.url\)/.test(
          readFileSync(join(library, folder, file), "utf8"),
        ),
      );
      expect(found).toEqual([]);
    },
  );
});
