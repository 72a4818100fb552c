import type { IntegerReader } from "../../core/files/largeIntegers.js";
import { quoted } from "../../core/printable.js";
import type { DecimalSign } from "./csvSeparator.js";

/**
 * Numbers as programs write them in decimals; not the hexadecimal, binary and octal of JavaScript.
 * Digits can be read in one way only: in two, a field of 65,000 of them took 35 s.
 */
const patterns: Readonly<Record<DecimalSign, RegExp>> = {
  ".": /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/,
  ",": /^[+-]?(?:\d+(?:,\d*)?|,\d+)(?:[eE][+-]?\d+)?$/,
};

/** From so many letters on, a whole number may lie beyond 2⁵³. */
const LONG = 16;

/**
 * The number that a field stands for, NaN where it stands for none or for one that is not finite.
 * Whole numbers beyond 2⁵³ must be equal to a double, or the shortest text that stands for one.
 * @param integers  what reads whole numbers beyond 2⁵³; without it they are rounded
 */
export function csvNumber(field: string, decimal: DecimalSign, integers?: IntegerReader): number {
  const text = field.trim();
  if (!patterns[decimal].test(text)) return NaN;
  const value = Number(decimal === "," ? text.replace(",", ".") : text);
  if (integers && text.length >= LONG && /^[+-]?\d+$/.test(text)) {
    const plain = text.replace(/^\+/, "");
    // JavaScript prints doubles beyond 2⁵³ with zeros for the digits that do not matter
    return String(value) === plain ? value : integers.of(BigInt(plain));
  }
  return Number.isFinite(value) ? value : NaN;
}

/** Whether a field is a number of one of the two decimal signs. */
export const looksNumeric = (field: string): boolean =>
  patterns["."].test(field.trim()) || patterns[","].test(field.trim());

/** Why a field is no number, and the cure: two sentences. */
export function notANumber(field: string, decimal: DecimalSign): string {
  const text = field.trim();
  if (/^[+-]?0[xXbBoO][\da-fA-F]+$/.test(text)) {
    const value = Number(text.replace(/^[+-]/, "")) * (text.startsWith("-") ? -1 : 1);
    const cure = Number.isFinite(value)
      ? `Write it in decimals, as ${value}`
      : "Write a decimal number";
    return `${quoted(text)} is no finite number in decimals. ${cure}, or leave the column out.`;
  }
  const other = decimal === "." ? "," : ".";
  if (patterns[other].test(text)) {
    const sign = decimal === "." ? "comma" : "point";
    const fact = `${quoted(text)} is no finite number: it has a decimal ${sign}`;
    return `${fact}. Give decimal: "${other}" (--decimal ${other}) if that is meant.`;
  }
  const cure = "Write a finite number, or leave the column out";
  return `${quoted(field, 40)} is no finite number. ${cure}.`;
}

const missing = /^(?:nan|na|n\/a|null|none)?$/i;

/** Whether a field says that there is no number. */
export const isMissing = (text: string): boolean => missing.test(text.trim());
