import type { Rng } from "../../core/random/rng.js";
import { BOTTOM, CHARM, GLUON, LIGHT } from "./particleData.js";
import { LARGEST_COUPLING, runningCoupling } from "./runningCoupling.js";
import {
  CA,
  CF,
  deadConeShare,
  gluonToGluonsShare,
  gluonToQuarksShare,
  heavyQuarkMass,
  quarkToGluonShare,
  thresholdShare,
  TR,
} from "./splittingKernels.js";
import { power } from "../../core/power.js";

/** Where the shower ends: GeV of transverse momentum of a splitting, x(1 − x) p_T θ. */
export const SHOWER_CUTOFF = 1;

const FLAVOURS = 5; // into which a gluon may split

/** One parton into two, the first with `fraction` of p_T. */
export interface Splitting {
  angle: number;
  fraction: number;
  first: number;
  second: number;
}

/**
 * The next splitting of a parton below an angle, by the veto algorithm: with the rate
 *
 *   dP = α_s(k_T)/2π P(x) dx dθ²/θ²,   k_T = x(1 − x) p_T θ > 1 GeV,
 *
 * times dead cone (heavy quarks) or threshold (g → QQ̄), so that no splitting between θ₁ and θ₀ has
 * the probability exp(−∫dP), Sudakov's. α_s of g → qq̄ is taken at the pair's mass. Candidates come
 * from a larger rate, whose integral is known, and are kept by the ratio.
 * @param pt            GeV
 * @param flavour       21 gluon, 1 light, 4 charm, 5 bottom
 * @param maximalAngle  θ₀, from which the angle falls
 * @param out           receives it
 * @returns             whether there is one
 */
export function nextSplitting(
  rng: Rng,
  pt: number,
  flavour: number,
  maximalAngle: number,
  out: Splitting,
): boolean {
  const gluon = flavour === GLUON;
  const quarkMass = heavyQuarkMass(flavour);
  let angle = maximalAngle;
  for (;;) {
    const least = SHOWER_CUTOFF / (pt * angle);
    if (!(least < 0.5)) return false;
    // ∫ of the overestimate from `least`, which grows as θ falls
    const radiation = 2 * (gluon ? CA : CF) * Math.log(1 / least);
    const rate = radiation + (gluon ? TR * FLAVOURS : 0);
    // dθ²/θ² is 2 d ln θ
    angle *= Math.exp((Math.log(1 - rng.uniform()) * Math.PI) / (LARGEST_COUPLING * rate));
    if (!(SHOWER_CUTOFF < 0.5 * pt * angle)) return false;

    const radiates = rng.uniform() * rate < radiation;
    const x = radiates ? power(least, 1 - rng.uniform()) : rng.uniform();
    const spread = x * (1 - x);
    if (!(spread * pt * angle > SHOWER_CUTOFF)) continue;
    const scale = (radiates ? spread : Math.sqrt(spread)) * pt * angle;
    if (rng.uniform() * LARGEST_COUPLING > runningCoupling(scale)) continue;

    if (radiates) {
      let share = gluon ? gluonToGluonsShare(x) : quarkToGluonShare(x);
      if (quarkMass > 0) share *= deadConeShare(angle, quarkMass, pt);
      if (rng.uniform() > share) continue;
      out.first = GLUON;
      out.second = flavour;
    } else {
      const choice = Math.floor(rng.uniform() * FLAVOURS);
      const quark = choice === 0 ? BOTTOM : choice === 1 ? CHARM : LIGHT;
      let share = gluonToQuarksShare(x);
      if (quark !== LIGHT) share *= thresholdShare(scale * scale, heavyQuarkMass(quark));
      if (rng.uniform() >= share) continue;
      out.first = quark;
      out.second = quark;
    }
    out.angle = angle;
    out.fraction = x;
    return true;
  }
}
