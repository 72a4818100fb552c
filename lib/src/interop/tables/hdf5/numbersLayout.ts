import type { Metadata } from "h5wasm/node";
import { DataError } from "../../../core/errors.js";
import { printable, quoted } from "../../../core/printable.js";
import type { Shape } from "../../../core/tensor.js";
import { bitLayout, type BitLayout } from "./datatype.js";
import { datatypeMessage } from "./objectHeader.js";
import type { OpenedFile } from "./openedFile.js";

/** The axes of a dataset, then those of the arrays that it holds. */
export const fullShape = ({ shape, array_type: array }: Metadata): Shape => [
  ...(shape ?? []),
  ...(array?.shape ?? []),
];

/** What the classes of datatypes that are no numbers hold, and what to do. */
const others: Readonly<Record<number, readonly [holds: string, cure: string]>> = {
  2: ["times", "Save them as numbers"],
  3: ["texts", "Leave it out"],
  5: ["bytes without a meaning", "Save them as numbers"],
  6: ["records", "Save each part as a dataset of its own"],
  7: ["references to other datasets", "Name the dataset that is referred to"],
  9: ["lists of different lengths", "Save their numbers in one dataset, the lengths in another"],
};

/**
 * How the numbers of a dataset lie in their bytes. The library hands the bytes out and says how
 * many a number has, not which of their bits count, so this is looked up in the file.
 * @throws DataError for a dataset that holds no numbers, or in a type that is not read
 */
export function numbersLayout(opened: OpenedFile, name: string, metadata: Metadata): BitLayout {
  const { path, file, library, guarded, superblock } = opened;
  const refuse = (fact: string, cure: string): never => {
    throw new DataError(`${path}: the dataset ${quoted(name)} ${fact}. ${cure}.`, { path, name });
  };
  if (metadata.shape === null) refuse("does not hold numbers, it is empty", "Leave it out");
  const basic = metadata.array_type ?? metadata;
  if (Object.hasOwn(others, basic.type)) {
    const [holds, cure] = others[basic.type];
    refuse(`does not hold numbers but ${recordsOf(basic) ?? holds}`, cure);
  }
  const isEnumeration = basic.type === library.H5T_class_t.H5T_ENUM.value;
  if (isEnumeration && !basic.littleEndian && basic.size > 1) {
    refuse("holds an enumeration in big-endian order, which is not read", "Save it as integers");
  }
  const reference = guarded(() => library.create_object_reference(file.file_id, name));
  const message = superblock.objectAt(reference, datatypeMessage);
  const layout = message && bitLayout(message);
  if (layout?.bytes !== basic.size || (layout.kind === "float") !== (basic.type === 1)) {
    refuse(
      "has a type of numbers that is not read",
      "Save it as integers or floats of 1 to 8 bytes",
    );
  }
  return layout!;
}

function recordsOf({ compound_type: compound }: Metadata): string | undefined {
  if (!compound) return undefined;
  const names = compound.members.map(({ name }) => printable(name.slice(0, 40)));
  if (names.join() === "r,i") return "complex numbers";
  return `records of ${names.slice(0, 8).join(", ")}${names.length > 8 ? ", …" : ""}`;
}
