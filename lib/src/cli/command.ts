import { parseArgs } from "node:util";
import { PhaselensError } from "../core/errors.js";

/** One command of `phaselens`. */
export interface Command {
  /** Half a line for the list of commands. */
  readonly summary: string;
  /** What --help prints, an example included. */
  readonly usage: string;
  /** @returns exit code */
  run(argv: readonly string[]): Promise<number>;
}

/** The command was called wrongly: exit code 2. */
export class UsageError extends PhaselensError {}

/** Reads long options; everything unknown, and every argument without option, is refused. @throws UsageError */
export function readOptions<const T extends Readonly<Record<string, { readonly type: "string" | "boolean" }>>>(
  argv: readonly string[],
  options: T,
): { readonly [K in keyof T]?: T[K]["type"] extends "string" ? string : boolean } {
  try {
    return parseArgs({ args: [...argv], options, strict: true }).values as never;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(". ")[0]}.`);
  }
}

/** A number from an option. @throws UsageError */
export function numberOption(text: string | undefined, name: string, valid: (value: number) => boolean, must: string): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? NaN : Number(text);
  if (!valid(value)) throw new UsageError(`--${name} must be ${must}, got "${text}".`);
  return value;
}
