import { parseArgs } from "node:util";
import { PhaselensError } from "../core/errors.js";

/** One option of a command: what parses it, describes it and completes it. */
export interface Option {
  readonly type: "string" | "boolean";
  /** What stands for its value in the help: "file", "n". */
  readonly value?: string;
  readonly help: string;
  /** The values that it takes, if these can be listed. */
  readonly choices?: readonly string[];
  /** What its value names, for the completion of shells. */
  readonly completes?: "file" | "folder";
}
export type Options = Readonly<Record<string, Option>>;

/** What may follow a command besides options. */
export interface Operand {
  readonly name: string;
  readonly choices?: readonly string[];
  readonly completes?: "file" | "folder";
}

/** One command of `phaselens`. */
export interface Command {
  readonly options: Options;
  readonly operand?: Operand;
  /** What --help prints, an example included. */
  readonly usage: string;
  /** Exit code for what neither is a wrong call nor an answer (default 1). */
  readonly failure?: number;
  /** @returns exit code */
  run(argv: readonly string[]): Promise<number>;
}

/** A command in the list of them. */
export interface ListedCommand {
  /** Half a line for the list. */
  readonly summary: string;
  /** Its module, which is loaded when it is asked for: most of the library is behind some. */
  load(): Promise<Command>;
}

/** The command was called wrongly: exit code 2. */
export class UsageError extends PhaselensError {}

export type OptionValues<T extends Options> = {
  readonly [K in keyof T]?: T[K]["type"] extends "string" ? string : boolean;
};

/**
 * Reads long options; everything unknown, every argument without option, and every value that is
 * not among the choices is refused.
 * @throws UsageError
 */
export function readOptions<const T extends Options>(
  argv: readonly string[],
  options: T,
): OptionValues<T> {
  return readArguments(argv, options).values;
}

/** The same with arguments beside the options: at most `most`. @throws UsageError */
export function readArguments<const T extends Options>(
  argv: readonly string[],
  options: T,
  most: number = 0,
): { values: OptionValues<T>; operands: string[] } {
  let found: {
    values: Readonly<Record<string, string | boolean | undefined>>;
    positionals: string[];
  };
  const types = Object.fromEntries(
    Object.entries(options).map(([name, { type }]) => [name, { type }]),
  );
  try {
    found = parseArgs({
      args: [...argv],
      options: types,
      strict: true,
      allowPositionals: most > 0,
    });
  } catch (error) {
    throw new UsageError(faultOf((error as Error).message, argv));
  }
  if (found.positionals.length > most)
    throw new UsageError(`Unexpected argument '${found.positionals[most]}'.`);
  for (const [name, { choices }] of Object.entries(options)) {
    const value = found.values[name];
    if (choices && value !== undefined && !choices.includes(value as string)) {
      throw new UsageError(`--${name} must be one of ${choices.join(", ")}, got "${value}".`);
    }
  }
  return { values: found.values as OptionValues<T>, operands: found.positionals };
}

/** Node's sentence; for a value that looks like an option, its own and how to write it. */
function faultOf(message: string, argv: readonly string[]): string {
  const option = /^Option '.*(--[\w-]+).*' argument is ambiguous/.exec(message)?.[1];
  if (option === undefined) return `${message.split(". ")[0]}.`;
  const value =
    argv[argv.findIndex((word, k) => word === option && argv[k + 1]?.startsWith("-")) + 1];
  return `${option} is followed by "${value}". Is its value missing? One that begins with "-" is given as ${option}=${value}.`;
}

/** Width of the column of names in the help. */
const WIDTH = 24;
const LINE = 118;

/** The options as the help lists them, with --help at the end. */
export function describeOptions(options: Options): string {
  const lines = Object.entries({ ...options, help: { type: "boolean", help: "" } as Option }).map(
    ([name, { value, help, choices }]) => {
      const head = `  --${name}${value ? ` <${value}>` : ""}`;
      const words = `${help}${choices ? `${help ? ": " : ""}${choices.join(", ")}` : ""}`.split(
        " ",
      );
      let [text, length] = [
        head.length + 1 < WIDTH ? head.padEnd(WIDTH) : `${head}\n${" ".repeat(WIDTH)}`,
        WIDTH,
      ];
      for (const word of words) {
        if (length + word.length > LINE)
          [text, length] = [`${text.trimEnd()}\n${" ".repeat(WIDTH)}`, WIDTH];
        text += `${word} `;
        length += word.length + 1;
      }
      return text.trimEnd();
    },
  );
  return lines.join("\n");
}

/** A number from an option. @throws UsageError */
export function numberOption(
  text: string | undefined,
  name: string,
  valid: (value: number) => boolean,
  must: string,
): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? NaN : Number(text);
  if (!valid(value)) throw new UsageError(`--${name} must be ${must}, got "${text}".`);
  return value;
}

/** A whole number of at least `least` from an option. @throws UsageError */
export function countOption(
  text: string | undefined,
  name: string,
  least: number,
): number | undefined {
  return numberOption(
    text,
    name,
    (value) => Number.isSafeInteger(value) && value >= least,
    `a whole number of at least ${least}`,
  );
}
