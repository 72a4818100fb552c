import { DataError } from "../../../core/errors.js";
import { pickleCursor } from "./pickleCursor.js";
import { instructions } from "./pickleInstructions.js";
import { pickleMachine } from "./pickleMachine.js";
import type { PickleReference, PickleValue } from "./pickleValue.js";

export interface ReadPickle {
  readonly value: PickleValue;
  /** The byte after it. */
  readonly end: number;
  /** All storages that it refers to. */
  readonly references: readonly PickleReference[];
}

const STOP = 0x2e;

/**
 * Reads a pickle (protocols 0 to 5, Python 2 and 3) without executing anything: numbers, texts,
 * bytes, lists, tuples, sets and dictionaries become values; whatever is to be made by a call comes
 * back as the name of what would be called and what it would be given.
 *
 * @param from  the byte that it begins at
 * @param what  what errors call it
 * @throws DataError for a pickle that is cut short or no pickle, for instructions that torch.save
 *   never writes, and for names that only an attack needs
 */
export function readPickle(bytes: Buffer, from: number, what: string): ReadPickle {
  const cursor = pickleCursor(bytes, from, what);
  const machine = pickleMachine(cursor, what);
  for (;;) {
    const code = cursor.byte();
    if (code === STOP)
      return { value: machine.pop(), end: cursor.at, references: machine.references };
    const instruction = instructions.get(code);
    if (instruction?.(machine, cursor) === "unknown" || !instruction) {
      throw new DataError(
        `${what}: the instruction 0x${code.toString(16)} at byte ${cursor.at - 1} is none that ` +
          "torch.save writes; nothing was executed. " +
          'Save the tensors alone: torch.save(model.state_dict(), "tensors.pt").',
        { code },
      );
    }
  }
}
