import type { KerasCall } from "./graph.js";
import type { Importer } from "./importer.js";

/** Of a number of channels, an extent or a stride. */
const LARGEST = 2 ** 24;

/** "dense_1 (Dense)", as messages call a layer. */
export const titleOf = ({ name, className }: KerasCall): string => `${name} (${className})`;

/**
 * Settings of a layer; what is not as it must be becomes a fault and a harmless value, so that the
 * rest is looked at as well.
 */
export interface Settings {
  /** Reports a fault of this layer, with what would do instead. */
  fault(what: string): void;
  /** Says something of this layer that is good to know. */
  note(what: string): void;
  /** A whole number from 1 to 2²⁴ for each axis; one number stands for all. */
  whole(setting: string, axes: number, otherwise?: number | readonly number[]): number[];
  /** As it stands; undefined for null. */
  raw(setting: string): unknown;
  number(setting: string, otherwise: number): number;
  flag(setting: string, otherwise: boolean): boolean;
  text(setting: string, otherwise: string): string;
  /** Those of a layer inside this one. */
  of(config: Readonly<Record<string, unknown>>): Settings;
}

export function settingsOf(
  importer: Importer,
  call: KerasCall,
  config: KerasCall["config"] = call.config,
): Settings {
  const get = (setting: string): unknown =>
    Object.hasOwn(config, setting) ? (config[setting] ?? undefined) : undefined;
  const fault = (what: string): void => void importer.faults.push(`${titleOf(call)}: ${what}`);
  const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 80) ?? "nothing";
  return {
    of: (inner) => settingsOf(importer, call, inner),
    fault,
    note: (what) => void importer.notes.push(`${titleOf(call)} ${what}`),
    raw: get,
    whole(setting, axes, otherwise) {
      const value = get(setting) ?? otherwise;
      const all: unknown[] = Array.isArray(value) ? value : Array<unknown>(axes).fill(value);
      const right =
        all.length === axes &&
        all.every(
          (one) => Number.isSafeInteger(one) && (one as number) >= 1 && (one as number) <= LARGEST,
        );
      if (!right)
        fault(
          `${setting} must be ${axes} whole number(s) from 1 to ${LARGEST}, got ${shown(value)}`,
        );
      return right ? (all as number[]) : Array<number>(axes).fill(1);
    },
    number(setting, otherwise) {
      const value = get(setting) ?? otherwise;
      if (typeof value === "number" && Number.isFinite(value)) return value;
      fault(`${setting} must be a number, got ${shown(value)}`);
      return otherwise;
    },
    flag(setting, otherwise) {
      const value = get(setting) ?? otherwise;
      if (typeof value !== "boolean")
        fault(`${setting} must be true or false, got ${shown(value)}`);
      return value === true;
    },
    text(setting, otherwise) {
      const value = get(setting) ?? otherwise;
      if (typeof value === "string") return value;
      fault(`${setting} must be a text, got ${shown(value)}`);
      return otherwise;
    },
  };
}
