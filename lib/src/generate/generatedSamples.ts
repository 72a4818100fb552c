import { closeSync, openSync, readSync } from "node:fs";
import { ConfigError, DataError } from "../core/errors.js";
import { size } from "../core/tensor.js";
import type { SampleSource } from "../nn/network/sampleSource.js";
import type { GeneratedFolder } from "./openGenerated.js";
import { arrayFile } from "./pieceFiles.js";
import { findPiece, planPieces } from "./pieces.js";
import { soundPiece } from "./soundPiece.js";

/**
 * The configurations of a set, κ after κ, read from their files whenever `train` asks for them;
 * none is kept in memory.
 */
export interface GeneratedSamples extends SampleSource {
  /** κ of each sample, [count]. */
  readonly hoppingParameters: Float64Array;
  /** Closes the files; the source is of no use afterwards. */
  close(): void;
}

/**
 * Opens a set for training; samples are [1, …lattice].
 *
 * Every file is read once to check its hash, and kept open: as many files as there are κ.
 * @param target  label of a κ, e.g. (kappa) => binTarget(kappa, bins)
 * @throws DataError if a file is missing or damaged, ConfigError for an unknown set or targets of
 *   different lengths
 */
export function generatedSamples(
  { folder, manifest, couplings }: GeneratedFolder,
  set: string,
  target: (kappa: number) => ArrayLike<number>,
): GeneratedSamples {
  const pieces = planPieces(manifest);
  const chosen = couplings.map((kappa) => findPiece(pieces, set, kappa));
  const provenances = chosen.map((piece) => soundPiece(folder, piece));
  const targets = couplings.map((kappa) => Float64Array.from(target(kappa)));
  if (targets.some(({ length }) => length !== targets[0].length)) {
    const lengths = [...new Set(targets.map(({ length }) => length))].join(" and ");
    throw new ConfigError(
      `generatedSamples: targets have ${lengths} entries. Give as many for each κ.`,
    );
  }
  const pieceOf = Int32Array.from(
    provenances.flatMap(({ shape }, k) => Array<number>(shape[0]).fill(k)),
  );
  const withinPiece = Int32Array.from(
    provenances.flatMap(({ shape }) => Array.from({ length: shape[0] }, (_, n) => n)),
  );
  const width = size(manifest.lattice);
  const files = chosen.map((piece) => arrayFile(folder, piece));
  const opened: number[] = [];
  const close = (): void => {
    for (const descriptor of opened.splice(0)) closeSync(descriptor);
  };
  try {
    for (const file of files) opened.push(readable(file, () => openSync(file, "r")));
  } catch (error) {
    close();
    throw error;
  }
  const single = new Float32Array(width);
  const double = new Float64Array(width);
  const readBytes = (k: number, n: number, into: Uint8Array): void => {
    const { bytes, shape } = provenances[k];
    const start = bytes - shape[0] * into.length; // the header's length
    const read = readable(files[k], () =>
      readSync(opened[k], into, 0, into.length, start + n * into.length),
    );
    if (read !== into.length)
      throw new DataError(`${files[k]}: became shorter while it was read. Generate it again.`, {
        file: files[k],
      });
  };
  return {
    count: pieceOf.length,
    inputShape: [1, ...manifest.lattice],
    outputs: targets[0].length,
    hoppingParameters: Float64Array.from(pieceOf, (k) => couplings[k]),
    readInput(sample, into, at) {
      const k = pieceOf[sample];
      const found = provenances[k].dtype === "f4" ? single : double;
      const direct = found instanceof Float32Array && into instanceof Float32Array;
      readBytes(
        k,
        withinPiece[sample],
        direct
          ? new Uint8Array(into.buffer, into.byteOffset + 4 * at, 4 * width)
          : new Uint8Array(found.buffer),
      );
      if (!direct) into.set(found, at);
    },
    readTarget: (sample, into, at) => into.set(targets[pieceOf[sample]], at),
    close,
  };
}

function readable<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new DataError(
      `${file}: cannot be read (${code}). Generate it again, or allow more open files (ulimit -n) for EMFILE.`,
      { file, code },
    );
  }
}
