/** A class or function that a pickle names; never called. */
export interface PickleGlobal {
  /** "module name". */
  readonly global: string;
}

/** A storage that lies elsewhere in the file: `["storage", type, key, place, count]`. */
export interface PickleReference {
  readonly reference: readonly PickleValue[];
}

/**
 * What a pickle wants made by a call of `call`, with what it then wants put into it. Nothing of it
 * is carried out.
 */
export interface PickleCall {
  /** "module name". */
  readonly call: string;
  readonly args: readonly PickleValue[];
  /** Attributes. */
  state?: PickleValue;
  /** Entries, if it is some class of dictionary. */
  entries?: PickleMap;
  /** Items, if it is some class of list or set. */
  items?: PickleValue[];
}

export type PickleMap = Map<PickleValue, PickleValue>;

/** Tuples and sets are lists; whole numbers beyond ±(2⁵³ − 1) are bigints. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly PickleValue[]
  | PickleMap
  | PickleGlobal
  | PickleReference
  | PickleCall;

const has = (value: unknown, key: string): boolean =>
  typeof value === "object" && value !== null && key in value;

export const isGlobal = (value: PickleValue | undefined): value is PickleGlobal =>
  has(value, "global");
export const isReference = (value: PickleValue | undefined): value is PickleReference =>
  has(value, "reference");
export const isCall = (value: PickleValue | undefined): value is PickleCall => has(value, "call");
export const isList = (value: PickleValue | undefined): value is readonly PickleValue[] =>
  Array.isArray(value);

export const isWhole = (value: PickleValue | undefined): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
export const areWhole = (value: PickleValue | undefined): value is readonly number[] =>
  isList(value) && value.every(isWhole);

/** "torch.nn.modules.linear.Linear" of "torch.nn.modules.linear Linear". */
export const dotted = (global: string): string => global.replace(" ", ".");
