import { having, list, real, record } from "../core/arguments/kinds.js";
import { takes, type ArgumentKind } from "../core/arguments/takes.js";
import { checkFinite } from "../core/tensor.js";
import { checkSites, type Lattice } from "./lattice/lattice.js";

export const aLattice: ArgumentKind = having(
  "a lattice such as physics.lattice([8, 8]) makes",
  "shape",
  "sites",
  "neighbours",
  "parity",
);

/** Couplings of the scalar field; their domain is asked where the action is made. */
export const scalarCouplings: ArgumentKind = record(
  { hoppingParameter: real, quarticCoupling: real },
  "couplings { hoppingParameter, quarticCoupling }",
);

/** Couplings of field and fermions; their domain is asked where the action is made. */
export const yukawaCouplings: ArgumentKind = record(
  { hoppingParameter: real, quarticCoupling: real, fermionMass: real, yukawaCoupling: real },
  "couplings { hoppingParameter, quarticCoupling, fermionMass, yukawaCoupling }",
);

/** The gate of an observable of one configuration, [sites]. */
export function takesField(caller: string, field: ArrayLike<number>, lattice: Lattice): void {
  takes(caller, { field: [field, list], lattice: [lattice, aLattice] });
  checkSites(field, lattice, caller);
  checkFinite(field, `${caller}: field`);
}
