import { NumericalError } from "../core/errors.js";
import { checkGiven } from "./anyManifest.js";
import { takes } from "../core/arguments/takes.js";
import { optional, record } from "../core/arguments/kinds.js";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cached } from "../core/cache/cache.js";
import { ownCacheDirectory } from "../core/cache/cacheDirectory.js";
import { canonicalJson } from "../core/cache/canonicalJson.js";
import { murmurHash3 } from "../core/cache/hash.js";
import { abortSignal, type LongRunOptions } from "../core/tasks/longRun.js";
import { progress } from "../core/tasks/progress.js";
import { generate } from "./generate.js";
import type { Manifest } from "./manifest.js";
import { openGenerated, type GeneratedFolder } from "./openGenerated.js";

/**
 * The ensembles of a manifest from the cache, made there first if need be: what `phaselens
 * generate` does, for notebooks that share them. Of several processes that ask at once one samples
 * and the others wait; one that was killed is continued.
 * @throws ConfigError as `generate`
 */
export async function cachedEnsembles(
  manifest: Manifest,
  options: Pick<LongRunOptions, "signal"> = {},
): Promise<GeneratedFolder> {
  checkGiven(manifest, "cachedEnsembles");
  takes("cachedEnsembles", { options: [options, record({ signal: optional(abortSignal) })] });
  const { signal } = options;
  const text = canonicalJson(manifest, "manifest");
  const hash = Array.from(murmurHash3(new TextEncoder().encode(text)).subarray(0, 2), (word) =>
    word.toString(16).padStart(8, "0"),
  ).join("");
  const out = join(ownCacheDirectory(), "ensembles", `${manifest.name}-${hash}`);
  const sample = async (): Promise<string> => {
    let line: ReturnType<typeof progress> | undefined;
    const { failed } = await generate(manifest, {
      out,
      signal,
      onDone: (done, total, secondsLeft) => {
        line ??= progress(`ensembles ${manifest.name}`, total);
        line.tick(done, secondsLeft === undefined ? undefined : `${Math.ceil(secondsLeft)} s left`);
      },
    });
    line?.done();
    if (failed.length > 0)
      throw new NumericalError(
        `ensembles ${manifest.name}, ${failed[0].stem}: ${failed[0].reason}`,
      );
    return hash;
  };
  // The cache's entry is the sign that the folder was completed, and its lock lets one process
  // sample
  const key = { function: "ensembles", version: 1, params: { manifest: text }, portable: true };
  await cached(key, sample);
  if (!existsSync(out)) await sample();
  return openGenerated(out);
}
