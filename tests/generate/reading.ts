import { planPieces, type Manifest } from "phaselens/generate";
import { sampleEnsemble, type Ensemble } from "phaselens/physics";

/** The ensemble of a manifest sampled without any file. */
export function sampleOf(manifest: Manifest, set: string, kappa: number): Ensemble {
  const piece = planPieces(manifest).find(
    ({ spec }) => spec.set === set && spec.parameters.hoppingParameter === kappa,
  );
  if (!piece) throw new Error(`no piece ${set} ${kappa}`);
  return sampleEnsemble(piece.spec);
}

/**
 * A .npy file read from numpy's own description of the format (NEP 1), version 1.0, little-endian
 * single precision.
 */
export function parseNpy(bytes: Buffer): { shape: number[]; descr: string; values: number[] } {
  if (bytes.toString("latin1", 0, 6) !== "\x93NUMPY" || bytes[6] !== 1 || bytes[7] !== 0)
    throw new Error("not .npy 1.0");
  const start = 10 + bytes.readUInt16LE(8);
  if (start % 64 !== 0 || bytes[start - 1] !== 0x0a)
    throw new Error("the header is not padded to 64 bytes");
  const match =
    /^\{'descr': '([^']+)', 'fortran_order': False, 'shape': \(([\d, ]+)\), \} *\n$/.exec(
      bytes.toString("latin1", 10, start),
    );
  if (!match) throw new Error("unreadable header");
  const shape = match[2]
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(Number);
  const values = Array.from({ length: (bytes.length - start) / 4 }, (_, k) =>
    bytes.readFloatLE(start + 4 * k),
  );
  return { shape, descr: match[1], values };
}
