import { DataError } from "../core/errors.js";
import type { Piece } from "./pieces.js";
import { arrayFile, inspectPiece, type PieceProvenance } from "./pieceFiles.js";

/**
 * Where the numbers of a piece come from, after checking its hash.
 * @throws DataError if its files are missing or damaged
 */
export function soundPiece(folder: string, piece: Piece): PieceProvenance {
  const found = inspectPiece(folder, piece);
  if (found.state === "valid") return found.provenance;
  const file = arrayFile(folder, piece);
  const fact =
    found.state === "absent" ? "has not been generated yet" : `cannot be used, ${found.reason}`;
  throw new DataError(`${file}: ${fact}. Run phaselens generate with --out ${folder} again.`, {
    file,
  });
}
