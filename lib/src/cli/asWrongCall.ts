import { MissingPackageError, PhaselensError } from "../core/errors.js";
import { UsageError } from "./command.js";

/** Whatever is wrong with a file that was named is a wrong call. */
export async function asWrongCall<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (
      error instanceof PhaselensError &&
      !(error instanceof UsageError) &&
      !(error instanceof MissingPackageError)
    ) {
      throw new UsageError(error.message, error.details);
    }
    throw error;
  }
}
