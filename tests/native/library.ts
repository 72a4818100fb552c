import { nativeBlas } from "phaselens/internal/core/native/blas";
import { libraryPlace } from "phaselens/internal/core/native/places";

/**
 * The library that this machine has, made the one that is used in this file: vitest declines it for
 * all others, so that their numbers are the project's own.
 */
export const found = libraryPlace();
if (found) process.env.PHASELENS_BLAS = found.path;
else console.log("no BLAS here: npm run setup:openblas, or apt install libopenblas0");

export const blas = found && nativeBlas();
