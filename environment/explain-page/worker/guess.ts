// What files and columns are taken for, by their names and shapes. Guesses are shown for
// correction; nothing hangs on them being right.
import type { LookedItem, LookedModel, Role } from "./protocol.js";

/** Parts of a name: "x_train.npy" has x and train. */
const words = (name: string): string[] =>
  name
    .toLowerCase()
    .replace(/\.(npy|npz|csv|tsv|gz|h5|hdf5|root|parquet)\b/g, "")
    .split(/[^a-z]+/)
    .filter(Boolean);

const isOneOf = (name: string, known: RegExp): boolean =>
  words(name).some((word) => known.test(word));

const TRAINING = /^(x|y)?train(ing)?$/;
const TARGET = /^(y|ytrain|ytest|target|targets|label|labels|truth|class|classes|species)$/;

/** What an array or a table is for. */
export function roleOf(
  name: string,
  kind: LookedItem["kind"],
  shape: readonly number[] | undefined,
): Role {
  if (kind === "model") return "model";
  if (kind === "other" || kind === "part") return "unused";
  const training = isOneOf(name, TRAINING);
  const single = shape !== undefined && shape.length === 1;
  if (kind === "array" && (single || isOneOf(name, TARGET)))
    return training ? "trainingTarget" : "target";
  return training ? "training" : "points";
}

const COLUMN =
  /^(y|target|targets|label|labels|truth|class|species|signal|is_?signal|issig|outcome)$/i;

/** The column that holds what is to be predicted. */
export function targetColumnOf(
  columns: readonly string[],
  model: LookedModel | undefined,
): string | undefined {
  const { features } = model ?? {};
  const left = features ? columns.filter((name) => !features.includes(name)) : columns;
  return left.find((name) => COLUMN.test(name.trim())) ?? (left.length === 1 ? left[0] : undefined);
}

/** The input of the model that an array is for: the one whose name is in its own. */
export function inputOf(name: string, inputs: readonly string[]): string | undefined {
  const own = name.toLowerCase();
  return [...inputs]
    .sort((a, b) => b.length - a.length)
    .find((input) => own.includes(input.toLowerCase()));
}

/**
 * Of several points without training among them, those with targets have been trained with,
 * perhaps.
 */
export function settled(items: readonly LookedItem[]): LookedItem[] {
  const of = (role: Role): LookedItem[] => items.filter((item) => item.role === role);
  const onlyTraining = of("points").length === 0 && of("training").length > 0;
  const taken = new Set<string>();
  return items.map((item) => {
    if (onlyTraining && item.role === "training") return { ...item, role: "both" };
    // one table of points at a time, unless the model has several inputs
    const key = `${item.role} ${item.input ?? ""}`;
    const again = taken.has(key) && item.role !== "unused";
    taken.add(key);
    return again ? { ...item, role: "unused" } : item;
  });
}
