import { paperDamping } from "./damping.js";
import { relativeDamping } from "./relativeDamping.js";

/** Dampings made of a Hessian: that of Dawid et al. 2021, and one that does not depend on units. */
export const dampings: {
  readonly paper: typeof paperDamping;
  readonly relative: typeof relativeDamping;
} = { paper: paperDamping, relative: relativeDamping };
