import type { PhaselensError } from "phaselens/core";
import { expect } from "vitest";

type ErrorClass<E> = new (message: string) => E;

/** The error of this kind that a call throws; any other end is a failure. */
export function refusal<E extends PhaselensError>(kind: ErrorClass<E>, call: () => unknown): E {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(kind);
    return error as E;
  }
  throw new Error("nothing was refused");
}

/** The same of a call that may give a promise. */
export async function refusalOf<E extends PhaselensError>(
  kind: ErrorClass<E>,
  call: () => unknown,
): Promise<E> {
  try {
    await call();
  } catch (error) {
    return refusal(kind, () => {
      throw error;
    });
  }
  throw new Error("nothing was refused");
}
