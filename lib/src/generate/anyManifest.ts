import { parseJetsManifest, type JetsManifest } from "./jetsManifest.js";
import { parseManifest, readManifestJson, type Manifest } from "./manifest.js";

/** Of lattice ensembles or, with `"kind": "jets"`, of jets. */
export type AnyManifest = Manifest | JetsManifest;

/** A manifest of either kind from its JSON value. @throws ConfigError as `parseManifest` */
export function parseAnyManifest(value: unknown, source: string): AnyManifest {
  const kind = (value as { kind?: unknown } | undefined | null)?.kind;
  return kind === "jets" ? parseJetsManifest(value, source) : parseManifest(value, source);
}

/** The gate of functions that are given a manifest as an object. @throws ConfigError */
export function checkGiven(manifest: unknown, caller: string): void {
  parseAnyManifest(manifest, `${caller}: the manifest`);
}

/**
 * A manifest of either kind in a JSON file.
 * @throws DataError if it cannot be read, ConfigError if it says something wrong
 */
export function readAnyManifest(path: string): AnyManifest {
  return parseAnyManifest(readManifestJson(path), path);
}
