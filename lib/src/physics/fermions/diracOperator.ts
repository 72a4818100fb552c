import { tensor, type Tensor } from "../../core/tensor.js";
import { makeDiracMemory } from "./diracMemory.js";
import { checkSites, type Lattice } from "../lattice/lattice.js";
import { makeLatticeMemory, type Backend } from "../lattice/latticeMemory.js";
import { checkDirac, type DiracParameters } from "../lattice/yukawaParameters.js";

/**
 * D and Dᵀ of one field. Results go into `out`, a new array unless one is given; the argument is
 * left alone.
 */
export interface DiracOperator {
  readonly lattice: Lattice;
  readonly dimension: number;
  apply(x: Float64Array, out?: Float64Array): Float64Array;
  applyTransposed(x: Float64Array, out?: Float64Array): Float64Array;
}

/**
 * The staggered Dirac operator on a field, [sites].
 *
 *   D_nm = Σ_μ η_μ(n) ½ [δ(n − m + μ̂) − δ(n − m − μ̂)] + δ(n − m) (M_f + g φ(n)) Blücher et al.
 *   2020, Eq. (2)
 *
 * so (D x)(n) = A(n) x(n) + Σ_μ ½η_μ(n) [x(n+μ̂) − x(n−μ̂)], periodic in every direction. The hops
 * are antisymmetric.
 * @throws ConfigError for an odd extent or one below 4, for M_f < 0 and parameters that are not
 *   finite
 * @throws ShapeError   if the field or an argument does not have one entry a site
 */
export function diracOperator(
  lattice: Lattice,
  field: Float64Array,
  parameters: DiracParameters,
  { backend = "auto" }: { backend?: Backend } = {},
): DiracOperator {
  checkDirac(parameters);
  checkSites(field, lattice, "diracOperator, field");
  const { sites } = lattice;
  const memory = makeLatticeMemory(lattice, 4, backend);
  const { arena, rows, rowLength, pairs, table } = memory;
  const { phases, twiceMass, setMass } = makeDiracMemory(memory, parameters);
  const [x, y] = [memory.vector(), memory.vector()];
  arena.f64.set(field, memory.field);
  setMass();
  const image = arena.f64.subarray(y, y + sites);
  const multiply = (v: Float64Array, out: Float64Array, sign: 1 | -1): Float64Array => {
    checkSites(v, lattice, "diracOperator, argument");
    checkSites(out, lattice, "diracOperator, result");
    arena.f64.set(v, x);
    arena.dirac(rows, rowLength, pairs, table, phases, twiceMass, x, y, sign);
    out.set(image);
    return out;
  };
  return {
    lattice,
    dimension: sites,
    apply: (v, out = new Float64Array(sites)) => multiply(v, out, 1),
    applyTransposed: (v, out = new Float64Array(sites)) => multiply(v, out, -1),
  };
}

/** The matrix D, [sites, sites], column by column; for tests and small lattices. */
export function denseDirac(operator: DiracOperator): Tensor {
  const n = operator.dimension;
  const matrix = tensor([n, n]);
  const unit = new Float64Array(n);
  const column = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    unit[j] = 1;
    operator.apply(unit, column);
    unit[j] = 0;
    for (let i = 0; i < n; i++) matrix.data[i * n + j] = column[i];
  }
  return matrix;
}
