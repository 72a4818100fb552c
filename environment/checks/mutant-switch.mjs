// Stands in a mutated copy of lib/dist: which mutant is on, and which ones a test came past.
import { readFileSync } from "node:fs";

const { on, count, patience } = JSON.parse(
  readFileSync(new URL("../../switch.json", import.meta.url), "utf8"),
);
export const reached = new Uint8Array(count);
let asked = 0;

/** @param {number} id  @returns {boolean} whether this mutant is on */
export function mutant(id) {
  reached[id] = 1;
  // a loop whose end a mutant took away would go on for ever
  if (id === on && ++asked > patience) throw new Error("the mutant runs away");
  return id === on;
}
