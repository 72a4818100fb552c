import { addDiracForce, dirac, solveDirac } from "./diracTwins.js";
import {
  addHoppingForce, kleinGordonAction, kleinGordonForce, kleinGordonForceAndReciprocals, linkSum, reciprocalField, shiftedField,
} from "./latticeTwins.js";

/** Kernels of lattice field theory, documented beside their twins. Vectors have one double a site, rows lie one after the other. */
export interface LatticeKernels {
  kleinGordonAction(rows: number, n: number, pairs: number, table: number, field: number, kappa: number, lambda: number): number;
  kleinGordonForce(rows: number, n: number, pairs: number, table: number, field: number, out: number, kappa: number, lambda: number): void;
  kleinGordonForceAndReciprocals(
    rows: number, n: number, pairs: number, table: number, field: number, out: number, kappa: number, lambda: number,
    w: number, mass: number, coupling: number,
  ): void;
  shiftedField(count: number, field: number, out: number, mass: number, coupling: number): void;
  reciprocalField(count: number, field: number, out: number, mass: number, coupling: number): void;
  linkSum(rows: number, n: number, pairs: number, table: number, w: number): number;
  addHoppingForce(rows: number, n: number, pairs: number, table: number, w: number, out: number, scale: number): void;
  dirac(rows: number, n: number, pairs: number, table: number, phases: number, mass: number, x: number, out: number, sign: number): void;
  addDiracForce(
    rows: number, n: number, pairs: number, table: number, phases: number, mass: number,
    x: number, scratch: number, out: number, scale: number,
  ): void;
  solveDirac(
    rows: number, n: number, pairs: number, table: number, phases: number, mass: number,
    b: number, x: number, scratch: number, reached: number, tolerance: number, limit: number,
  ): number;
}

/** The compiled kernels want bytes where their twins want elements. */
export function bindLattice(raw: LatticeKernels): LatticeKernels {
  return {
    kleinGordonAction: (rows, n, pairs, table, field, kappa, lambda) =>
      raw.kleinGordonAction(rows, n, pairs, table * 4, field * 8, kappa, lambda),
    kleinGordonForce: (rows, n, pairs, table, field, out, kappa, lambda) =>
      raw.kleinGordonForce(rows, n, pairs, table * 4, field * 8, out * 8, kappa, lambda),
    kleinGordonForceAndReciprocals: (rows, n, pairs, table, field, out, kappa, lambda, w, mass, coupling) =>
      raw.kleinGordonForceAndReciprocals(rows, n, pairs, table * 4, field * 8, out * 8, kappa, lambda, w * 8, mass, coupling),
    shiftedField: (count, field, out, mass, coupling) => raw.shiftedField(count, field * 8, out * 8, mass, coupling),
    reciprocalField: (count, field, out, mass, coupling) => raw.reciprocalField(count, field * 8, out * 8, mass, coupling),
    linkSum: (rows, n, pairs, table, w) => raw.linkSum(rows, n, pairs, table * 4, w * 8),
    addHoppingForce: (rows, n, pairs, table, w, out, scale) => raw.addHoppingForce(rows, n, pairs, table * 4, w * 8, out * 8, scale),
    dirac: (rows, n, pairs, table, phases, mass, x, out, sign) =>
      raw.dirac(rows, n, pairs, table * 4, phases * 8, mass * 8, x * 8, out * 8, sign),
    addDiracForce: (rows, n, pairs, table, phases, mass, x, scratch, out, scale) =>
      raw.addDiracForce(rows, n, pairs, table * 4, phases * 8, mass * 8, x * 8, scratch * 8, out * 8, scale),
    solveDirac: (rows, n, pairs, table, phases, mass, b, x, scratch, reached, tolerance, limit) =>
      raw.solveDirac(rows, n, pairs, table * 4, phases * 8, mass * 8, b * 8, x * 8, scratch * 8, reached * 8, tolerance, limit),
  };
}

/** The plain TypeScript kernels bound to the views of an arena. */
export function latticeTwins(f64: Float64Array, i32: Int32Array): LatticeKernels {
  return {
    kleinGordonAction: (...args) => kleinGordonAction(f64, i32, ...args),
    kleinGordonForce: (...args) => kleinGordonForce(f64, i32, ...args),
    kleinGordonForceAndReciprocals: (...args) => kleinGordonForceAndReciprocals(f64, i32, ...args),
    shiftedField: (...args) => shiftedField(f64, ...args),
    reciprocalField: (...args) => reciprocalField(f64, ...args),
    linkSum: (...args) => linkSum(f64, i32, ...args),
    addHoppingForce: (...args) => addHoppingForce(f64, i32, ...args),
    dirac: (...args) => dirac(f64, i32, ...args),
    addDiracForce: (...args) => addDiracForce(f64, i32, ...args),
    solveDirac: (...args) => solveDirac(f64, i32, ...args),
  };
}
