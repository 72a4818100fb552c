import type { ArityOf, ResultOf } from "./signature.js";
import type { networkTable } from "./networkTable.js";
import type { table } from "./table.js";
import type * as twins from "./twins/index.js";
import type { Views } from "./views.js";

type Table = typeof table & typeof networkTable;
type Twins = typeof twins;
/** A kernel in double precision without a twin of its own has that of single, on doubles. */
export type TwinOf<Name extends string> = Name extends keyof Twins
  ? Name
  : Name extends `double${infer Rest}`
    ? `single${Rest}`
    : Name;
export type KernelName = keyof Table;

/** A twin without the memory that it works on, its arguments with their names. */
type Bound<Twin> = Twin extends (views: Views, ...args: infer Args) => infer Result
  ? (...args: Args) => Result
  : never;

/**
 * The hot loops. Offsets count elements of their kind (doubles, floats or 32-bit integers) from the
 * start of the arena; `…Rows` are offsets of lists of such offsets. The twins document each one,
 * the table says what its arguments are.
 */
export type Kernels = {
  readonly [Name in KernelName]: TwinOf<Name> extends keyof Twins
    ? Bound<Twins[TwinOf<Name>]>
    : never;
};

/** A kernel's name if its twin is missing or has not as many arguments or not such a result. */
type Differing<Name extends KernelName> =
  TwinOf<Name> extends keyof Twins
    ? Twins[TwinOf<Name>] extends (views: Views, ...args: infer Args) => infer Result
      ? [Required<Args>["length"], Result] extends [ArityOf<Table[Name]>, ResultOf<Table[Name]>]
        ? never
        : Name
      : Name
    : Name;

type None<Names extends never> = Names;
/** Does not compile where a twin differs from the table; the compiler names the kernel. */
export type TwinsAgree = None<{ [Name in KernelName]: Differing<Name> }[KernelName]>;
