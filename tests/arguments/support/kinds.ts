import { HUGE, type Bad } from "./badValues.js";

/**
 * What an argument is, and with it which of the bad values are good there. Every kind is a reason:
 * a leaf that is given none is a count, an array or tensor of just this shape, a word of a list.
 */
export interface Kind {
  /** Whether an ordinary result is right for this value. */
  readonly takes: (bad: Bad) => boolean;
  /** Whether the value is not even tried, e.g. because the call lasts as long as is asked for. */
  readonly leavesOut?: (bad: Bad) => boolean;
}

const number = (test: (value: number) => boolean): Kind => ({
  takes: ({ value }) => typeof value === "number" && test(value),
});
const called = (...names: readonly string[]): Kind => ({
  takes: ({ name }) => names.includes(name),
});

/** Whole and ≥ 0 or ≥ 1; a huge one where nothing is allotted. */
export const count: Kind = number((value) => value === HUGE || value === 1e308);
/** Any finite number: a coordinate, a coupling, an energy. */
export const real: Kind = number(Number.isFinite);
/** A strength, a width, a temperature: finite and ≥ 0. */
export const nonNegative: Kind = number((value) => Number.isFinite(value) && value >= 0);
/** A length, a width: finite and > 0. */
export const positive: Kind = number((value) => Number.isFinite(value) && value > 0);
/** Within [0, 1]. */
export const fraction: Kind = number((value) => value === 0.5);
/** A bound that ∞ lifts. */
export const limit: Kind = number((value) => value > 0);
/** Steps, epochs, draws: the call lasts as long as is asked for. */
export const effort: Kind = {
  takes: () => false,
  leavesOut: ({ value }) => value === HUGE || value === 1e308,
};
/** A label or a place in a list: whole numbers only, and few of them. */
export const label: Kind = number(() => false);
/** An integer of either sign: a seed, an offset. */
export const integer: Kind = number((value) => value === -1 || value === HUGE || value === 1e308);

/** A name, a title, an address: any text but that of another type. */
export const text: Kind = { takes: ({ value }) => typeof value === "string" };
/** A path that is written to: a file of any name would be made where the tests run. */
export const written: Kind = {
  takes: () => false,
  leavesOut: ({ value }) => typeof value === "string" && value !== "",
};
/** A batch: as many rows as one likes. */
export const batch: Kind = called("a row less", "a row more");
/** As many entries as one likes, at least one. */
export const list: Kind = called("one less", "one more");
/** As many entries as one likes, or none. */
export const anyList: Kind = called("one less", "one more", "empty");
/** Numbers of any arrangement. */
export const anyShape: Kind = called("a row less", "a row more", "wider", "one axis more", "flat");
/** May be left out, where `undefined` alone would not show it: no result says whether it was. */
export const optional: Kind = called("undefined");

/** Is not read, or means what one likes: this place and all below it are left alone. */
export const untouched: Kind = { takes: () => true, leavesOut: () => true };

/** The bad values of these names, each good here for the reason that is given. */
export const allow = (reason: string, ...names: readonly string[]): Kind => {
  if (reason.length < 10) throw new Error(`"${reason}" is no reason`);
  return called(...names);
};
/** What several kinds take. */
export const either = (...kinds: readonly Kind[]): Kind => ({
  takes: (bad) => kinds.some((kind) => kind.takes(bad)),
  leavesOut: (bad) => kinds.some((kind) => kind.leavesOut?.(bad) ?? false),
});
