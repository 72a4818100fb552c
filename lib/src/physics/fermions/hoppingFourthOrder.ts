import type { Lattice } from "../lattice/lattice.js";

/** The fourth-order term of ln det D as a function of w(n) = 1/(M_f + gφ(n)), [sites]. */
export interface HoppingFourthOrder {
  value(w: Float64Array): number;
  /** out += scale · (1/g) ∂/∂φ of the term, that is scale · Σ_n (−w_n²) ∂/∂w_n. */
  addForce(w: Float64Array, out: Float64Array, scale: number): void;
}

/**
 * −¼ tr (wK)⁴ for the staggered hops K of Blücher et al. 2020, Eq. (2): the closed walks of four
 * steps.
 *
 * One step back and forth gives K_nm K_mn = −¼ on every link, so the walks that retrace their steps
 * give +1/16 each; summed over starts, ⅛ [Σ_n w_n² s_n² − Σ_links w²w′²] with s_n the sum of w over
 * the 2d neighbours. Around a plaquette the phases multiply to −1 (η_ν changes sign under n → n +
 * μ̂ for μ < ν), 8 walks each: −½ Σ_plaquettes w w w w. On an extent of 4 there are also the walks
 * straight around the lattice, 8 for each line: +½ Σ_lines w w w w. Altogether
 *
 *   −¼ tr (wK)⁴ = −1/32 [Σ_n w_n² s_n² − Σ_links w²w′²] + ⅛ Σ_plaquettes wwww − ⅛ Σ_lines of four
 *   wwww
 */
export function hoppingFourthOrder({
  shape,
  dimensions: d,
  sites,
  neighbours,
}: Lattice): HoppingFourthOrder {
  const s = new Float64Array(sites);
  const u = new Float64Array(sites);
  const sumNeighbours = (w: Float64Array): void => {
    for (let n = 0; n < sites; n++) {
      let sum = 0;
      for (let k = 0; k < 2 * d; k++) sum += w[neighbours[n * 2 * d + k]];
      s[n] = sum;
    }
  };
  return {
    value: (w) => {
      sumNeighbours(w);
      let retracing = 0;
      let plaquettes = 0;
      let lines = 0; // each line of four is met at its four sites
      for (let n = 0; n < sites; n++) {
        const at = n * 2 * d;
        const square = w[n] * w[n];
        retracing += square * s[n] * s[n];
        for (let mu = 0; mu < d; mu++) {
          const next = neighbours[at + mu];
          retracing -= square * w[next] * w[next];
          if (shape[mu] === 4)
            lines += w[n] * w[next] * w[neighbours[next * 2 * d + mu]] * w[neighbours[at + d + mu]];
          for (let nu = mu + 1; nu < d; nu++)
            plaquettes +=
              w[n] * w[next] * w[neighbours[at + nu]] * w[neighbours[next * 2 * d + nu]];
        }
      }
      return -retracing / 32 + plaquettes / 8 - lines / 32;
    },
    addForce: (w, out, scale) => {
      sumNeighbours(w);
      for (let n = 0; n < sites; n++) u[n] = w[n] * w[n] * s[n];
      for (let n = 0; n < sites; n++) {
        const at = n * 2 * d;
        let retracing = w[n] * s[n] * s[n];
        let plaquettes = 0;
        let lines = 0;
        for (let mu = 0; mu < 2 * d; mu++) {
          const next = neighbours[at + mu];
          retracing += u[next] - w[n] * w[next] * w[next];
          // one plaquette for each pair of directions of different axes, the one of the smaller
          // axis first
          for (let nu = (mu % d) + 1; nu < d; nu++) {
            const beyond = next * 2 * d + nu;
            const above = w[neighbours[at + nu]] * w[neighbours[beyond]];
            const below = w[neighbours[at + d + nu]] * w[neighbours[beyond + d]];
            plaquettes += w[next] * (above + below);
          }
          if (mu < d && shape[mu] === 4)
            lines += w[next] * w[neighbours[next * 2 * d + mu]] * w[neighbours[at + d + mu]];
        }
        out[n] -= scale * w[n] * w[n] * (-retracing / 16 + plaquettes / 8 - lines / 8);
      }
    },
  };
}
