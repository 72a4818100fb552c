// Sudakov's factor and what follows from it by integration on a grid, written from the formulas,
// without the library.

const beta0 = 23 / (12 * Math.PI);
const alpha = (k: number): number =>
  Math.min(0.4, 1 / (beta0 * Math.log(Math.max(k, 1) ** 2 / 0.04)));
const mass = (flavour: number): number => ({ 4: 1.5, 5: 4.8 })[flavour] ?? 0;

interface Densities {
  radiation: number;
  light: number;
  charm: number;
  bottom: number;
}

/** dP/(dx d ln θ²) by outcome. */
function densities(flavour: number, pt: number, angle: number, x: number): Densities {
  const kt = x * (1 - x) * pt * angle;
  if (kt <= 1) return { radiation: 0, light: 0, charm: 0, bottom: 0 };
  const pairMass = Math.sqrt(x * (1 - x)) * pt * angle;
  if (flavour !== 21) {
    const dead = mass(flavour) / pt;
    const cone = (angle ** 2 / (angle ** 2 + dead ** 2)) ** 2;
    return {
      radiation: ((alpha(kt) / (2 * Math.PI)) * (4 / 3) * (1 + (1 - x) ** 2) * cone) / x,
      light: 0,
      charm: 0,
      bottom: 0,
    };
  }
  const radiation = (alpha(kt) / (2 * Math.PI)) * 6 * ((1 - x) / x + (x * (1 - x)) / 2);
  const one = (alpha(pairMass) / (2 * Math.PI)) * 0.5 * (x ** 2 + (1 - x) ** 2);
  const heavy = (m: number): number =>
    pairMass <= 2 * m
      ? 0
      : one * Math.sqrt(1 - (4 * m * m) / pairMass ** 2) * (1 + (2 * m * m) / pairMass ** 2);
  return { radiation, light: 3 * one, charm: heavy(1.5), bottom: heavy(4.8) };
}

export interface ExpectedSplitting {
  /** Probability of no splitting down to each of the angles. */
  survival: number[];
  none: number;
  /** Of a splitting into quarks, into bottom. */
  quarks: number;
  bottoms: number;
  /** Mean of x, 0 where nothing splits. */
  fraction: number;
}

/** The first splitting below `maximal`. */
export function expectedSplitting(
  flavour: number,
  pt: number,
  maximal: number,
  angles: readonly number[],
): ExpectedSplitting {
  const [steps, points] = [1500, 1200];
  const least = 4 / pt; // below, x(1 − x)p_T θ < 1 for every x
  const step = Math.log(maximal / least) / steps;
  let exponent = 0;
  const result: ExpectedSplitting = {
    survival: angles.map(() => 1),
    none: 0,
    quarks: 0,
    bottoms: 0,
    fraction: 0,
  };
  for (let s = 0; s < steps; s++) {
    const angle = maximal * Math.exp(-(s + 0.5) * step);
    const root = Math.sqrt(1 - 4 / (pt * angle));
    const low = (1 - root) / 2;
    const h = Math.log((1 + root) / 2 / low) / points;
    const sum = { all: 0, quarks: 0, bottom: 0, x: 0 };
    for (let k = 0; k < points; k++) {
      const x = low * Math.exp((k + 0.5) * h);
      const { radiation, light, charm, bottom } = densities(flavour, pt, angle, x);
      const weight = x * h * 2 * step; // dx d ln θ²
      sum.all += weight * (radiation + light + charm + bottom);
      sum.quarks += weight * (light + charm + bottom);
      sum.bottom += weight * bottom;
      sum.x += weight * x * (radiation + light + charm + bottom);
    }
    const before = Math.exp(-exponent - sum.all / 2); // in the middle of the step
    result.quarks += before * sum.quarks;
    result.bottoms += before * sum.bottom;
    result.fraction += before * sum.x;
    const [above, below] = [maximal * Math.exp(-s * step), maximal * Math.exp(-(s + 1) * step)];
    angles.forEach((wanted, k) => {
      if (wanted <= above && wanted > below)
        result.survival[k] = Math.exp(-exponent - (sum.all * Math.log(above / wanted)) / step);
    });
    exponent += sum.all;
  }
  result.none = Math.exp(-exponent);
  return result;
}
