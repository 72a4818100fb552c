import type { PhaselensError } from "../errors.js";

/** What is wrong with an argument: the fact with the expectation, and the class of the error. */
export interface ArgumentFault {
  readonly message: string;
  readonly error: new (message: string) => PhaselensError;
}

/**
 * What an argument must be: what is wrong with a value, in words that begin with its name;
 * undefined if nothing is.
 */
export type ArgumentKind = (value: unknown, name: string) => ArgumentFault | undefined;

/**
 * The gate of a public function: refuses arguments that are not what they must be, whoever calls,
 * a notebook cell or JavaScript. What is inside calls functions that trust theirs.
 *
 * @param caller  the public function
 * @param given   by name, each argument with its kind
 * @throws ConfigError, ShapeError or NumericalError with the value and what it must be
 */
export function takes(
  caller: string,
  given: Readonly<Record<string, readonly [value: unknown, kind: ArgumentKind]>>,
): void {
  for (const name in given) {
    const [value, kind] = given[name];
    const fault = kind(value, name);
    if (fault !== undefined) throw new fault.error(`${caller}: ${fault.message}.`);
  }
}
