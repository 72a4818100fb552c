// Inputs that are nearly right: everything comes from a seed, a name and a number, so that one that
// failed can be made again.

/** @typedef {() => number} Random  uniform in [0, 1) */

/** FNV-1a of a text, then Mulberry32. @param {string} label  @returns {Random} */
export function randomOf(label) {
  let state = 0x811c9dc5;
  for (let k = 0; k < label.length; k++) {
    state = Math.imul(state ^ label.charCodeAt(k), 0x01000193);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {Random} random  @param {number} end */
export const below = (random, end) => Math.floor(random() * end);

/** @template T  @param {Random} random  @param {readonly T[]} list  @returns {T} */
export const oneOf = (random, list) => list[below(random, list.length)];

const extremes = [
  0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

/** Bytes of a sound file with one to four places changed, cut, doubled, filled or moved. */
export function damagedBytes(random, sound) {
  let bytes = Buffer.from(sound);
  for (let edits = 1 + below(random, 4); edits > 0 && bytes.length > 0; edits--) {
    bytes = edited(random, bytes);
  }
  return bytes;
}

function edited(random, bytes) {
  const [at, length] = [below(random, bytes.length), 1 + below(random, 64)];
  const value = random() < 0.5 ? oneOf(random, extremes) : below(random, 2 ** 32);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at + length)];
  switch (below(random, 10)) {
    case 0:
    case 1:
    case 2:
      bytes[at] = value & 0xff;
      return bytes;
    case 3:
    case 4:
      for (let k = 0; k < 4 && at + k < bytes.length; k++) {
        bytes[at + k] = (value >>> (8 * (value & 1 ? k : 3 - k))) & 0xff;
      }
      return bytes;
    case 5:
      return Buffer.concat([before, length > 48 ? Buffer.alloc(0) : after]);
    case 6:
      return Buffer.concat([before, Buffer.alloc(length, value & 0xff), bytes.subarray(at)]);
    case 7:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 8:
      bytes[at] ^= 1 << below(random, 8);
      return bytes;
    default: {
      const from = below(random, bytes.length);
      return Buffer.concat([before, bytes.subarray(from, from + length), after]);
    }
  }
}

/** Values that a file should not hold where it holds something else. */
const nasty = [
  null, true, false, 0, -0, 1, -1, 0.5, 2, 3, 1e9, 1e12, 1e308, 2 ** 31, 2 ** 32, 2 ** 53, -1e17,
  "", "0", "../../etc/passwd", "a\0b", "..", "__proto__", "constructor", "toString", "relu",
  "dense(1e9→1e9)", "é∞\uD800", "\uE000", "x".repeat(20_000), [], {}, [[]], [null], [1, 2, 3],
  [1e12, 1e12], { length: 1e9 }, ["a", "b"],
]; // prettier-ignore

const { structuredClone: clone } = globalThis;

/** JSON of a value in which one to three places hold something else, are missing or doubled. */
export function damagedJson(random, sound) {
  const root = { whole: clone(sound) };
  for (let edits = 1 + below(random, 3); edits > 0; edits--) {
    const places = placesIn(root);
    const [owner, key] = oneOf(random, places);
    const value = clone(oneOf(random, nasty));
    const kind = below(random, 8);
    if (kind < 4) owner[key] = value;
    else if (kind === 4 && key !== "whole") delete owner[key];
    else if (kind === 5 && Array.isArray(owner)) owner.push(clone(owner[key]));
    else if (kind === 6) owner[key] = clone(oneOf(random, places)[0]);
    else if (typeof owner[key] === "object" && owner[key] !== null && !Array.isArray(owner[key])) {
      const about = {
        value: { polluted: 1 },
        enumerable: true,
        configurable: true,
        writable: true,
      };
      Object.defineProperty(owner[key], "__proto__", about);
    }
  }
  const text = JSON.stringify(root.whole) ?? "";
  return Buffer.from(random() < 0.05 ? damagedBytes(random, Buffer.from(text)) : text);
}

function placesIn(value, found = []) {
  if (typeof value !== "object" || value === null || found.length > 20_000) return found;
  for (const [key, inner] of Object.entries(value)) {
    found.push([value, key]);
    placesIn(inner, found);
  }
  return found;
}

const letters = [
  "a", "1", " ", "\n", "\r", "\t", "\0", "\u2028", "\uE000", "\uE001", "é", "𝒜", "\uD800",
]; // prettier-ignore

/** A text of some pieces, now and then one of them many times. */
export function madeText(random, pieces) {
  let text = "";
  for (let left = below(random, 14); left > 0; left--) {
    const piece = oneOf(random, random() < 0.2 ? letters : pieces);
    text += random() < 0.02 ? piece.repeat(below(random, 20_000)) : piece;
  }
  return Buffer.from(text);
}
