import { ConfigError } from "../../core/errors.js";
import { takesField } from "../arguments.js";
import type { Lattice } from "../lattice/lattice.js";
import { wrapped } from "./xyModel.js";

/**
 * Share of the plaquettes of a configuration of angles around which the phase turns by ±2π:
 * vortices and antivortices, as many of the one as of the other on a periodic lattice.
 *
 *   v = (1/2π) Σ_□ [θ(m) − θ(n)],  differences taken in (−π, π]
 *
 * Kosterlitz and Thouless, J. Phys. C 6 (1973) 1181. At β = 0 it is 1/3. Where neighbours point
 * against each other, J < 0, turn the sites of odd `lattice.parity` by π first.
 * @param field  angles of one configuration, [sites]
 * @throws ShapeError if `field` does not belong to `lattice`, ConfigError for a lattice of one
 *   dimension
 */
export function vortexDensity(field: Float64Array, lattice: Lattice): number {
  takesField("vortexDensity", field, lattice);
  const { sites, dimensions: d, neighbours } = lattice;
  if (d < 2) {
    throw new ConfigError(
      `vortexDensity: the lattice [${lattice.shape}] has no plaquettes. Use one of at least two dimensions.`,
    );
  }
  const link = (n: number, mu: number): number =>
    wrapped(field[neighbours[2 * d * n + mu]] - field[n]);
  let vortices = 0;
  for (let n = 0; n < sites; n++) {
    for (let mu = 0; mu < d; mu++) {
      for (let nu = mu + 1; nu < d; nu++) {
        const [right, up] = [neighbours[2 * d * n + mu], neighbours[2 * d * n + nu]];
        // each link forward, so that both of its plaquettes see one turn, of π as well
        const turn = link(n, mu) + link(right, nu) - link(up, mu) - link(n, nu);
        if (Math.abs(turn) > Math.PI) vortices++;
      }
    }
  }
  return vortices / ((sites * d * (d - 1)) / 2);
}
