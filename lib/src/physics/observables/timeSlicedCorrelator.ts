import { record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { NumericalError } from "../../core/errors.js";
import { firstNotFinite } from "../../core/tensor.js";
import { takesField } from "../arguments.js";
import type { Lattice } from "../lattice/lattice.js";
import { magnetisation, staggeredMagnetisation } from "./magnetisation.js";

/**
 * Time-sliced connected correlator with the lattice artefact of the antiferromagnetic phase
 * removed.
 *
 *   G_c(t) = | 1/|Λ| Σ_n φ(n) φ(n + t·0̂) − M² − (−1)^t M_s² |        Blücher et al. 2020, Eq. (B3)
 *
 * Reading of the print: ⟨φ(t)φ(0)⟩ correlates a site with the same spatial site t slices later,
 * averaged over all sources of one configuration (Eq. (8) would take source slice 0 alone). M and
 * M_s are those of the configuration. t and N − t are the same number. The modulus erases the sign
 * of G_c at odd t, which follows κ: a network given G_c with its sign resolves κ about four times
 * better in the paramagnetic phase.
 * @param field one configuration, [sites]; time is axis 0, of even extent, else (−1)^t is not
 *   periodic
 * @param options.modulus  true as in print by default; false keeps the sign
 * @returns                [N], t = 0 … N − 1, in units of φ²
 * @throws ShapeError if `field` does not belong to `lattice`
 */
export function timeSlicedCorrelator(
  field: Float64Array,
  lattice: Lattice,
  options: { readonly modulus?: boolean } = {},
): Float64Array {
  takesField("timeSlicedCorrelator", field, lattice);
  takes("timeSlicedCorrelator", { options: [options, record()] });
  const modulus = options.modulus ?? true;
  const extent = lattice.shape[0];
  // axis 0 is the slowest: slice t is [t·slice, (t + 1)·slice)
  const slice = lattice.sites / extent;
  const uniform = magnetisation(field) ** 2;
  const staggered = staggeredMagnetisation(field, lattice) ** 2;
  const correlator = new Float64Array(extent);
  for (let t = 0; 2 * t <= extent; t++) {
    let sum = 0;
    const shift = t * slice;
    const seam = lattice.sites - shift;
    for (let n = 0; n < seam; n++) sum += field[n] * field[n + shift];
    for (let n = seam; n < lattice.sites; n++) sum += field[n] * field[n - seam];
    const connected = sum / lattice.sites - uniform - (t % 2 === 0 ? staggered : -staggered);
    correlator[t] = modulus ? Math.abs(connected) : connected;
    if (t > 0) correlator[extent - t] = correlator[t];
  }
  if (firstNotFinite(correlator) >= 0)
    throw new NumericalError(
      "timeSlicedCorrelator: squares of the field are beyond the largest double. Use another unit.",
    );
  return correlator;
}
