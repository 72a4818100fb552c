/** What an argument counts, is or points to, by its name in WebAssembly. */
export type ElementType = "f64" | "f32" | "i32";

export interface KernelArgument {
  readonly name: string;
  readonly type: ElementType;
  /** Of an array, as a sum of products; "" where only its lists know it; undefined for a number. */
  readonly length?: string;
}

export interface Signature {
  readonly args: readonly KernelArgument[];
  readonly result?: ElementType;
}

/** Reads a row of the table. @throws Error naming what it cannot read: the table is ours */
export function parseSignature(text: string): Signature {
  const [list, result] = text.trim().split(" -> ");
  const args = list.split(/,\s*/).map((word): KernelArgument => {
    const match = /^(?:(f64|f32|i32) )?([A-Za-z]\w*)(?:\[([\w*+]*)\])?$/.exec(word);
    if (!match) throw new Error(`kernels: no argument "${word}". Write n, f64 x or f64 x[n*m].`);
    const [, type = "i32", name, length] = match;
    return { name, type: type as ElementType, ...(length !== undefined && { length }) };
  });
  return { args, ...(result !== undefined && { result: result as ElementType }) };
}

/** A length at given sizes, "16*rows+16" say. @throws Error if one of its names has no size */
export function evaluateLength(length: string, sizes: Readonly<Record<string, number>>): number {
  const factor = (word: string): number => {
    const value = /^\d+$/.test(word) ? Number(word) : sizes[word];
    if (value === undefined) throw new Error(`kernels: the length ${length} needs ${word}.`);
    return value;
  };
  const product = (term: string): number =>
    term.split("*").reduce((all, word) => all * factor(word), 1);
  return length.split("+").reduce((sum, term) => sum + product(term), 0);
}

type Trim<S extends string> = S extends `${" " | "\n"}${infer Rest}` ? Trim<Rest> : S;
type Split<S extends string> = S extends `${infer Word},${infer Rest}`
  ? [Trim<Word>, ...Split<Rest>]
  : [Trim<S>];
type Words<S extends string> = Split<S extends `${infer List} -> ${string}` ? List : S>;
type NameOf<Word extends string> = Word extends `${string} ${infer Rest}` ? Rest : Word;

/** How many arguments a row has. */
export type ArityOf<S extends string> = Words<S>["length"];
/** A number, or nothing. */
export type ResultOf<S extends string> = S extends `${string} -> ${string}` ? number : void;
/** Names of the arguments that are arrays, whose lengths are known. */
export type ArraysOf<S extends string> = {
  [Word in Words<S>[number]]: NameOf<Word> extends `${infer Name}[${infer Length}]`
    ? Length extends ""
      ? never
      : Name
    : never;
}[Words<S>[number]];
/** Names of the arguments that count something. */
export type CountsOf<S extends string> = Exclude<Words<S>[number], `${string} ${string}`>;
