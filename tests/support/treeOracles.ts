import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { interop } from "phaselens";
import { tensor, type Tensor } from "phaselens/core";

/** A list of numbers in which null stands for NaN. */
export interface Listed {
  readonly shape: number[];
  readonly data: (number | null)[];
}

/** A model as its library saved it, and what this makes of samples. */
export interface TreeOracle {
  /** base64 */
  readonly model: string;
  readonly x: Listed;
  readonly margin?: Listed;
  readonly response: Listed;
  readonly contributions?: Listed;
  readonly approximate?: Listed;
  readonly interactions?: Listed;
  readonly background?: Listed;
  readonly interventional?: Listed;
  readonly probability?: Listed;
}

const endings = {
  xgboost: "",
  lightgbm: ".txt",
  catboost: ".json",
  sklearn: ".onnx",
  tmva: ".xml",
};
export type Library = keyof typeof endings;

/** Names and numbers of the models of a library, of tests/reference/trees. */
export function treeOracles(library: Library): [name: string, oracle: TreeOracle][] {
  const path = fileURLToPath(new URL(`../reference/trees/${library}.json`, import.meta.url));
  const { cases } = JSON.parse(readFileSync(path, "utf8")) as { cases: Record<string, TreeOracle> };
  return Object.entries(cases);
}

export const bytesOf = ({ model }: TreeOracle): Buffer => Buffer.from(model, "base64");

export const tensorOf = ({ shape, data }: Listed): Tensor =>
  tensor(
    shape.length === 1 ? [shape[0], 1] : shape,
    data.map((value) => value ?? NaN),
  );

/** Reads a model from a file of its own. */
export function readOracle(
  library: Library,
  name: string,
  oracle: TreeOracle,
): ReturnType<typeof interop.readForest> {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-trees-"));
  try {
    const path = join(folder, name + endings[library]);
    writeFileSync(path, bytesOf(oracle));
    return interop.readForest(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The largest difference, in parts of 1 or of the number where that is larger. */
export function apart(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (found.length !== wanted.length) return Infinity;
  let most = 0;
  for (let k = 0; k < wanted.length; k++) {
    const difference = Math.abs(found[k] - wanted[k]) / Math.max(1, Math.abs(wanted[k]));
    if (!(difference <= most)) most = difference;
  }
  return most;
}
