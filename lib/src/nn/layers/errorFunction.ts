/** Nodes lie this far apart, and the function is ±1 to the last digit beyond `FAR`. */
const STEP = 1 / 16;
const FAR = 6;
/** Terms of the series about a node: with |x − c| ≤ 1/32 the next is below 10⁻¹⁷, of erf′ too. */
const TERMS = 11;

/**
 * erf x = (2/√π) ∫₀^x e^{−t²} dt to the last digits: Taylor's series about the nearest of 97 nodes,
 * whose coefficients are made once from the function's own derivatives.
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (!(size < FAR)) return size >= FAR ? Math.sign(x) : x; // NaN stays
  const node = (size / STEP + 0.5) | 0;
  const d = size - node * STEP;
  const first = node * TERMS;
  let sum = erfSeries[first + TERMS - 1];
  for (let k = first + TERMS - 2; k >= first; k--) sum = sum * d + erfSeries[k];
  return x < 0 ? -sum : sum;
}

/** erf′ x = (2/√π) e^{−x²}, of the same series: exact to 10⁻¹⁶, without an exponential. */
export function erfSlope(x: number): number {
  const size = Math.abs(x);
  if (!(size < FAR)) return size >= FAR ? 0 : x;
  const node = (size / STEP + 0.5) | 0;
  const d = size - node * STEP;
  const first = node * TERMS;
  let sum = (TERMS - 1) * erfSeries[first + TERMS - 1];
  for (let k = TERMS - 2; k > 0; k--) sum = sum * d + k * erfSeries[first + k];
  return sum;
}

/**
 * erf^{(k)}(c)/k! of each node. From erf′ = (2/√π) e^{−x²} and erf^{(k+2)} = −2x erf^{(k+1)} − 2k
 * erf^{(k)} for k ≥ 1.
 */
function makeTable(): Float64Array {
  const nodes = FAR / STEP + 1;
  const made = new Float64Array(nodes * TERMS);
  for (let node = 0; node < nodes; node++) {
    const c = node * STEP;
    const derivatives = [0, slope(c), -2 * c * slope(c)];
    for (let k = 1; k + 2 < TERMS; k++)
      derivatives.push(-2 * c * derivatives[k + 1] - 2 * k * derivatives[k]);
    let factorial = 1;
    made[node * TERMS] = c < 2 ? seriesAt(c) : 1 - complementAt(c);
    for (let k = 1; k < TERMS; k++) made[node * TERMS + k] = derivatives[k] / (factorial *= k);
  }
  return made;
}

/** erf′. */
const slope = (x: number): number => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);

/**
 * 1 − erf x = (e^{−x²}/√π) / (x + ½/(x + 1/(x + (3/2)/(x + …)))), where the series would lose
 * digits.
 */
function complementAt(x: number): number {
  let below = x;
  for (let k = 120; k > 0; k--) below = x + k / 2 / below;
  return slope(x) / (2 * below);
}

/** (2/√π) e^{−x²} Σ_n 2ⁿ x^{2n+1} / (1·3·…·(2n+1)), all terms of one sign. */
function seriesAt(x: number): number {
  let [term, sum] = [x, 0];
  for (let n = 1; term > 1e-18 * sum; n++) {
    sum += term;
    term *= (2 * x * x) / (2 * n + 1);
  }
  return slope(x) * sum;
}

/** erf^{(k)}(c)/k! of each node c, [nodes, terms]. */
export const erfSeries: Float64Array = /* @__PURE__ */ makeTable();
