import { plain, type PickleCursor } from "./pickleCursor.js";
import type { PickleMachine } from "./pickleMachine.js";
import { isList } from "./pickleValue.js";

/** What an instruction does; "unknown" if it is none in this place. */
type Instruction = (machine: PickleMachine, cursor: PickleCursor) => void | "unknown";

const HIGHEST_PROTOCOL = 5;

/** A number in decimal digits, of protocol 0. */
function decimal(cursor: PickleCursor): number | bigint {
  const digits = cursor.line().replace(/L$/, "");
  return /^-?\d{1,2000}$/.test(digits)
    ? plain(BigInt(digits))
    : cursor.broken("a number is not written as one");
}

/** Protocol 0 has truth values as the numbers 00 and 01. */
function decimalOrFlag(cursor: PickleCursor): number | bigint | boolean {
  const text = cursor.line();
  if (text === "00" || text === "01") return text === "01";
  return /^-?\d{1,2000}$/.test(text)
    ? plain(BigInt(text))
    : cursor.broken("a number is not written as one");
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** A text of Python 2 in quotes, as `repr` writes it. */
function quoted(cursor: PickleCursor): string | Uint8Array {
  const line = cursor.line();
  if (!/^(?:"[^]*"|'[^]*')$/.test(line) || line.length < 2) cursor.broken("a text has no quotes");
  const text = line
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-f]{2})|([^]))/gi, (_, hex, letter: string) =>
      hex === undefined
        ? (escapes[letter] ?? letter)
        : String.fromCharCode(parseInt(hex as string, 16)),
    );
  return textOrBytes(Buffer.from(text, "latin1"));
}

/** A text of letters up to U+00FF, and others as \uXXXX. */
function unicode(cursor: PickleCursor): string {
  return cursor
    .line()
    .replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Python 2 has one kind for both. */
function textOrBytes(binary: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(binary);
  } catch {
    return binary;
  }
}

/** By the letter of the instruction, as Python's pickletools names them. */
const byLetter: Readonly<Record<string, Instruction>> = {
  // the pickle itself
  "\x80": (_, c) => void (c.byte() > HIGHEST_PROTOCOL && c.broken("the protocol is not known")),
  "\x95": (_, c) => c.skip(8), // FRAME
  // stack and memory
  "(": (m) => m.mark(),
  "0": (m) => m.drop(),
  "1": (m) => void m.popList(),
  "2": (m) => m.push(m.top()),
  p: (m, c) => m.remember(Number(decimal(c))),
  q: (m, c) => m.remember(c.byte()),
  r: (m, c) => m.remember(c.uint32()),
  "\x94": (m) => m.remember(),
  g: (m, c) => m.recall(Number(decimal(c))),
  h: (m, c) => m.recall(c.byte()),
  j: (m, c) => m.recall(c.uint32()),
  // numbers
  N: (m) => m.push(null),
  "\x88": (m) => m.push(true),
  "\x89": (m) => m.push(false),
  J: (m, c) => m.push(c.int32()),
  K: (m, c) => m.push(c.byte()),
  M: (m, c) => m.push(c.uint16()),
  G: (m, c) => m.push(c.double()),
  F: (m, c) => m.push(Number(c.line())),
  I: (m, c) => m.push(decimalOrFlag(c)),
  L: (m, c) => m.push(decimal(c)),
  "\x8a": (m, c) => m.push(c.long(c.byte())),
  "\x8b": (m, c) => m.push(c.long(c.uint32())),
  // texts and bytes
  S: (m, c) => m.push(quoted(c)),
  U: (m, c) => m.push(textOrBytes(c.binary(c.byte()))),
  T: (m, c) => m.push(textOrBytes(c.binary(c.uint32()))),
  V: (m, c) => m.push(unicode(c)),
  X: (m, c) => m.push(c.text(c.uint32())),
  "\x8c": (m, c) => m.push(c.text(c.byte())),
  "\x8d": (m, c) => m.push(c.text(c.length())),
  B: (m, c) => m.push(c.binary(c.uint32())),
  C: (m, c) => m.push(c.binary(c.byte())),
  "\x8e": (m, c) => m.push(c.binary(c.length())),
  "\x96": (m, c) => m.push(c.binary(c.length())),
  // lists, tuples, sets, dictionaries
  "]": (m) => m.push([]),
  ")": (m) => m.push([]),
  "\x8f": (m) => m.push([]),
  "}": (m) => m.push(new Map()),
  t: (m) => m.push(m.popList()),
  l: (m) => m.push(m.popList()),
  "\x91": (m) => m.push(m.popList()),
  d: (m) => {
    const pairs = m.popList();
    m.push(new Map());
    m.fill(pairs);
  },
  "\x85": (m) => m.push(m.popSome(1)),
  "\x86": (m) => m.push(m.popSome(2)),
  "\x87": (m) => m.push(m.popSome(3)),
  a: (m) => m.extend(m.popSome(1)),
  e: (m) => m.extend(m.popList()),
  "\x90": (m) => m.extend(m.popList()),
  s: (m) => m.fill(m.popSome(2)),
  u: (m) => m.fill(m.popList()),
  // names, storages, and what would be made by a call
  c: (m, c) => {
    const module = c.line();
    m.push(m.name(module, c.line()));
  },
  "\x93": (m) => {
    const [module, name] = m.popSome(2);
    m.push(m.name(module, name));
  },
  Q: (m) => m.push(m.refer(m.pop())),
  R: (m) => {
    const [callee, args] = m.popSome(2);
    m.push(m.made(callee, args));
  },
  "\x81": (m) => {
    if (m.depth() < 2) return "unknown";
    const [callee, args] = m.popSome(2);
    m.push(m.made(callee, args));
  },
  "\x92": (m, c) => {
    const [callee, args, named] = m.popSome(3);
    m.push(m.made(callee, isList(args) ? [...args, named] : c.broken("arguments are no list")));
  },
  b: (m) => m.attach(m.pop()),
};

export const instructions: ReadonlyMap<number, Instruction> = new Map(
  Object.entries(byLetter).map(([letter, instruction]) => [letter.charCodeAt(0), instruction]),
);
