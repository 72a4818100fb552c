import { MissingPackageError } from "../../core/errors.js";

/**
 * Loads a package that the rest of the library does without.
 * @param purpose  what cannot be done without it
 * @throws MissingPackageError  with the command that installs it
 */
export async function optionalPackage<T>(
  name: string,
  load: () => T | Promise<T>,
  purpose: string = "Drawing a figure",
): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw error;
    throw new MissingPackageError(
      `${purpose} needs the package ${name}, which is not installed. Run: npm install ${name}`,
      { name },
    );
  }
}
