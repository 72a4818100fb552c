import { makeRng } from "phaselens/core";

/** A normal direction, always the same for one label. */
export function direction(length: number, label: string): Float64Array {
  const rng = makeRng(length, label);
  return Float64Array.from({ length }, () => rng.normal());
}

export const unit = (length: number, p: number): Float64Array => {
  const e = new Float64Array(length);
  e[p] = 1;
  return e;
};
