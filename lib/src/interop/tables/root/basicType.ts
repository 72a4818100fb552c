import { npyElements, type NpyElement } from "../../../core/files/npyElements.js";

/** How a number lies in a basket, big-endian. */
export type BasicType = Pick<NpyElement, "bytes" | "read">;

const { b1, i1, u1, i2, u2, i4, u4, i8, u8, f4, f8 } = npyElements;

/** Types of leaves by class, without and with the flag that says unsigned. */
const leaves: Readonly<Record<string, readonly [signed: BasicType, unsigned: BasicType]>> = {
  TLeafO: [b1, b1],
  TLeafB: [i1, u1],
  TLeafS: [i2, u2],
  TLeafI: [i4, u4],
  TLeafL: [i8, u8],
  TLeafG: [i8, u8],
  TLeafF: [f4, f4],
  TLeafD: [f8, f8],
};

/** Types by number (TVirtualStreamerInfo::EReadWrite): counters are 6, flags 18. */
const streamed: Readonly<Record<number, BasicType>> = {
  1: i1,
  2: i2,
  3: i4,
  4: i8,
  5: f4,
  6: i4,
  8: f8,
  11: u1,
  12: u2,
  13: u4,
  14: u8,
  15: u4,
  16: i8,
  17: u8,
  18: b1,
};

/** Types by their names in C++. */
const named: Readonly<Record<string, BasicType>> = {
  bool: b1,
  char: i1,
  "signed char": i1,
  "unsigned char": u1,
  short: i2,
  "unsigned short": u2,
  int: i4,
  "unsigned int": u4,
  unsigned: u4,
  long: i8,
  "unsigned long": u8,
  "long long": i8,
  "unsigned long long": u8,
  Long64_t: i8,
  ULong64_t: u8,
  float: f4,
  double: f8,
  int8_t: i1,
  uint8_t: u1,
  int16_t: i2,
  uint16_t: u2,
  int32_t: i4,
  uint32_t: u4,
  int64_t: i8,
  uint64_t: u8,
};

const lookUp = <T>(
  table: Readonly<Record<string | number, T>>,
  key: string | number,
): T | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

/** The type of a leaf, undefined for texts, objects and compressed floats. */
export const leafType = (kind: string, unsigned: boolean): BasicType | undefined =>
  lookUp(leaves, kind)?.[unsigned ? 1 : 0];

/** The type of a member of a class by its number there. */
export const streamedType = (code: number): BasicType | undefined => lookUp(streamed, code);

/** Classes whose entries are lists of their items, one after the other. */
const CONTAINERS = "vector|(?:forward_)?list|deque|(?:unordered_)?(?:multi)?set|RVec";
const LIST = new RegExp(`^(?:std::|ROOT::VecOps::)?(?:${CONTAINERS})<([^<>,]+)>$`);

/** The type of the items of a list, from the name of its class: `vector<float>`. */
export function listType(name: string): BasicType | undefined {
  const plain = name.replace(/,\s*(?:std::)?allocator<[^<>]*>\s*(?=>)/, "");
  const [, item] = LIST.exec(plain) ?? [];
  return item === undefined ? undefined : lookUp(named, item.trim().replace(/^std::/, ""));
}
