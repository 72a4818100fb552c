import type { NumberTypeName } from "../../../core/files/numberTypes.js";
import type { StridedShape } from "./stridedNumbers.js";

/** Where the numbers of a tensor lie. */
export interface TensorPlan extends StridedShape {
  /** The key of a storage of the file, or the bytes themselves. */
  readonly storage: string | Uint8Array;
  readonly type: NumberTypeName;
  /** Whether the lowest byte comes first, where that need not be as in the rest of the file. */
  readonly little?: boolean;
  /** Whether the numbers are those of the storage with the other sign. */
  readonly negative: boolean;
}

/** Why a tensor is not read, and what to do, as the end of a sentence that begins with its name. */
export interface Refusal {
  readonly refused: string;
}

/** Something that no tensor can be. */
export interface Damage {
  readonly damaged: string;
}
