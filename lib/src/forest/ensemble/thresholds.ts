// Two views of the same eight bytes.
const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);
const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);

/** The largest double below a finite number: x < t is x ≤ this. */
export function below(t: number): number {
  if (t === 0) return -Number.MIN_VALUE;
  double[0] = t;
  doubleBits[0] += t > 0 ? -1n : 1n;
  return double[0];
}

function neighbour32(t: number, up: boolean): number {
  single[0] = t;
  if (t === 0) singleBits[0] = up ? 1 : -0x7fffffff;
  else singleBits[0] += t > 0 === up ? 1 : -1;
  return single[0];
}

/** Half of the distance between the largest floats: what is further out rounds to ∞. */
const HALF_STEP = 2 ** 103;

/**
 * The largest double that decides as single precision does: for every x
 *
 *   x ≤ threshold32(t, "≤")  ⇔  fround(x) ≤ fround(t)
 *   x ≤ threshold32(t, "<")  ⇔  fround(x) < fround(t)
 *
 * (XGBoost, CatBoost, TMVA and onnxruntime round inputs to single precision before they compare.)
 * @param t  finite
 */
export function threshold32(t: number, comparison: "<" | "≤"): number {
  const own = Math.fround(t);
  const last = comparison === "≤" ? own : neighbour32(own, false);
  if (last === Infinity) return Infinity;
  // what rounds to `last` reaches up to the middle of the gap; the middle itself goes to either
  const next = neighbour32(last, true);
  const middle =
    last === -Infinity
      ? next - HALF_STEP
      : next === Infinity
        ? last + HALF_STEP
        : last + (next - last) / 2;
  return Math.fround(middle) <= last ? middle : below(middle);
}
