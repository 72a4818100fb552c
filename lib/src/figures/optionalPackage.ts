import { MissingPackageError } from "../core/errors.js";

/**
 * Loads a package that the rest of the library does without.
 * @throws MissingPackageError  with the command that installs it
 */
export async function optionalPackage<T>(name: string, load: () => T | Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw error;
    throw new MissingPackageError(`Drawing a figure needs the package ${name}, which is not installed. Run: npm install ${name}`, { name });
  }
}
