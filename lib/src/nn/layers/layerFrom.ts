import { isPlainObject } from "../../core/cache/canonicalJson.js";
import { ConfigError } from "../../core/errors.js";
import { shown } from "../../core/oneOf.js";
import type { Layer } from "./layer.js";
import type { Setting } from "./layerSettings.js";
import { layerTypes, type LayerSpec } from "./layerTypes.js";

/**
 * The layer of a specification, also where that comes from a file.
 * @throws ConfigError naming the type or the setting that is not known, missing or makes no sense
 */
export function layerFrom(spec: LayerSpec): Layer {
  const given: unknown = spec;
  if (!isPlainObject(given))
    throw new ConfigError(
      `layerFrom: a layer is { type, … }, got ${shown(given)}. Give the spec of a layer.`,
    );
  const { type, ...settings } = given;
  if (typeof type !== "string" || !Object.hasOwn(layerTypes, type)) {
    const known = Object.keys(layerTypes).join(", ");
    throw new ConfigError(
      `layerFrom: ${shown(type)} is no layer of this library. Use one of ${known}.`,
      { type },
    );
  }
  const { settings: wanted, build } = layerTypes[type as "relu"] as {
    readonly settings: Readonly<Record<string, Setting>>;
    build(settings: unknown): Layer;
  };
  for (const key of Object.keys(settings)) {
    if (!Object.hasOwn(wanted, key)) {
      throw new ConfigError(
        `layerFrom: ${type} has no ${shown(key)}. ${cure(type, Object.keys(wanted))}`,
        { type, key },
      );
    }
  }
  for (const [key, { text, optional, accepts }] of Object.entries(wanted)) {
    if (settings[key] === undefined && optional) continue;
    if (!accepts(settings[key])) {
      const fact = `${key} of ${type} must be ${text}, got ${shown(settings[key])}`;
      throw new ConfigError(`layerFrom: ${fact}. ${cure(type, Object.keys(wanted))}`, {
        type,
        key,
      });
    }
  }
  return build(settings);
}

const cure = (type: string, settings: readonly string[]): string =>
  settings.length === 0 ? `Write { type: "${type}" } alone.` : `Give ${settings.join(", ")}.`;
