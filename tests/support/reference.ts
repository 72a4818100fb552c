import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

// The authors' files stay outside the repository; tests that need them skip where the folder is absent.
const root = process.env.PHASELENS_REFERENCE ?? fileURLToPath(new URL("../../../shared/reference", import.meta.url));

export const hasReference: boolean = existsSync(`${root}/dawid2021/README.md`);

/** Path of a file of the reference folder, e.g. `dawid2021/author_cnn740_weights.json`. */
export const referencePath = (name: string): string => `${root}/${name}`;
