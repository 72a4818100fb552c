import { shown } from "../../core/oneOf.js";
import { takes } from "../../core/arguments/takes.js";
import { count, list } from "../../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { size, type Shape } from "../../core/tensor.js";

/** Entries of a sample that are treated together: numbers of features, row-major. */
export type Region = ArrayLike<number>;

/** No sample has more: a shape that says so is a mistake. */
const MOST_ENTRIES = 2 ** 28;

/** Each entry by itself. */
export const entries = (input: Shape): Region[] =>
  Array.from({ length: size(input) }, (_, f) => [f]);

/**
 * Blocks of `extent` sites along each axis of space, all channels together; shorter ones at the
 * end. They cover [channels, …space] without overlap.
 */
export function patches(input: Shape, extent: number): Region[] {
  takes("patches", { extent: [extent, count(1)], input: [input, list] });
  input.forEach((one, axis) => {
    if (!(Number.isInteger(one) && one >= 1 && one <= MOST_ENTRIES))
      throw new ShapeError(
        `patches: axis ${axis} of a sample has the extent ${shown(one)}; it must be a whole number from 1 to ${MOST_ENTRIES}.`,
      );
  });
  if (input.length < 2)
    throw new ShapeError(
      `patches: samples must have shape [channels, …space], got [${input}]. Use entries for samples without space.`,
    );
  const [channels, ...space] = input;
  const sites = size(space);
  if (!(channels * sites <= MOST_ENTRIES))
    throw new ShapeError(
      `patches: samples of shape [${input}] have ${channels * sites} entries, more than ${MOST_ENTRIES}. Pass the shape of one sample.`,
    );
  const found = new Map<string, number[]>();
  for (let t = 0; t < sites; t++) {
    const at: number[] = [];
    for (let axis = space.length - 1, rest = t; axis >= 0; axis--) {
      at.unshift(Math.floor((rest % space[axis]) / extent));
      rest = Math.floor(rest / space[axis]);
    }
    const block = found.get(at.join()) ?? [];
    for (let c = 0; c < channels; c++) block.push(c * sites + t);
    found.set(at.join(), block);
  }
  return [...found.values()].map((block) => block.sort((a, b) => a - b));
}

/** @throws ConfigError if a region is empty or names an entry that is not there */
export function checkRegions(regions: readonly Region[], features: number, what: string): void {
  if (regions.length === 0)
    throw new ConfigError(
      `${what}: there are no regions. Give patches(shape, extent), or leave regions out for single entries.`,
    );
  regions.forEach((region, r) => {
    if (region.length === 0) throw new ConfigError(`${what}: region ${r} is empty. Leave it out.`);
    for (let k = 0; k < region.length; k++) {
      if (!(Number.isInteger(region[k]) && region[k] >= 0 && region[k] < features)) {
        throw new ConfigError(
          `${what}: region ${r} names entry ${region[k]}; there are no others than 0 … ${features - 1}.`,
          { region: r },
        );
      }
    }
  });
}
