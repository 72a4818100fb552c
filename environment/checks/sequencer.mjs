import { statSync } from "node:fs";
import { expectedSeconds, lastSeconds } from "./test-costs.mjs";
import { nameOf } from "./test-names.mjs";

/**
 * The order in which test files begin: first those with a process of their own, since processes
 * that files share end where one of these comes between; of each kind the longest first, so that no
 * core is left without work at the end. What nobody knows goes by size.
 */
export default class LongestFirst {
  last = lastSeconds();

  /** @param {import("vitest/node").TestSpecification[]} files */
  async sort(files) {
    const known = files.map((file) => ({
      file,
      alone: Number(file.project.config.isolate),
      seconds: expectedSeconds(nameOf(file.moduleId), this.last),
      size: statSync(file.moduleId).size,
    }));
    return known
      .sort((a, b) => b.alone - a.alone || b.seconds - a.seconds || b.size - a.size)
      .map(({ file }) => file);
  }

  /** @param {import("vitest/node").TestSpecification[]} files */
  async shard(files) {
    return files;
  }
}
