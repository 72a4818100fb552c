import type { Rng } from "../../core/random/rng.js";
import { nextSplitting, type Splitting } from "./nextSplitting.js";
import { BOTTOM, CHARM, GLUON } from "./particleData.js";
import { addParton, type Partons } from "./partons.js";

// read before the next call, so one is enough
const splitting: Splitting = { angle: 0, fraction: 0, first: 0, second: 0 };

/**
 * An angular-ordered parton shower: each splitting opens less than the one before it (colour
 * coherence). Marchesini & Webber, Nucl. Phys. B 238 (1984) 1; Ellis, Stirling & Webber, QCD and
 * Collider Physics, ch. 5.
 *
 * A splitting by θ at a random azimuth puts the children at (1 − x)θ and xθ from the parent on
 * opposite sides, in the plane of (η, φ): the scalar sum of p_T and the p_T-weighted axis are
 * conserved exactly, and a pair's mass is x(1 − x)p_T²θ² to leading order in θ. No spin
 * correlations, no recoil of energy against mass, no radiation from outside the jet.
 * @param partons       to which parton and descendants are appended
 * @param pt            GeV
 * @param flavour       21 gluon, 1 light, 4 charm, 5 bottom
 * @param maximalAngle  of the first splitting, e.g. the jet's radius
 * @returns             index of the parton
 */
export function partonShower(
  rng: Rng,
  partons: Partons,
  pt: number,
  eta: number,
  phi: number,
  flavour: number,
  maximalAngle: number,
): number {
  const k = addParton(partons, pt, eta, phi, flavour);
  if (!nextSplitting(rng, pt, flavour, maximalAngle, splitting)) return k;
  const { angle, fraction: x, first, second } = splitting;
  partons.angle[k] = angle;
  partons.fraction[k] = x;
  if (flavour === GLUON && first === BOTTOM) partons.gluonToBottom++;
  if (flavour === GLUON && first === CHARM) partons.gluonToCharm++;
  const azimuth = 2 * Math.PI * rng.uniform();
  const alongEta = angle * Math.cos(azimuth);
  const alongPhi = angle * Math.sin(azimuth);
  partons.first[k] = partonShower(
    rng,
    partons,
    pt * x,
    eta + (1 - x) * alongEta,
    phi + (1 - x) * alongPhi,
    first,
    angle,
  );
  partons.second[k] = partonShower(
    rng,
    partons,
    pt * (1 - x),
    eta - x * alongEta,
    phi - x * alongPhi,
    second,
    angle,
  );
  partons.end[k] = partons.count;
  return k;
}
