// Least squares on what varies at fixed κ, one term after the other, and how many are worth it.
import { core, linalg } from "phaselens";

/**
 * Values less their mean over the configurations of each coupling.
 * @param {ArrayLike<number>} values  [n]
 * @param {readonly { from: number, to: number }[]} runs  stretches of one coupling
 */
export function centred(values, runs) {
  const left = Float64Array.from(values);
  for (const { from, to } of runs) {
    const mean = core.mean(left.subarray(from, to));
    for (let n = from; n < to; n++) left[n] -= mean;
  }
  return left;
}

/**
 * Sums of products of columns for each run, from which any fit and any resampling is made.
 * @param {readonly Float64Array[]} columns  the last is what is fitted
 * @returns {Float64Array[]}  [columns²] for each run
 */
export function products(columns, runs) {
  const k = columns.length;
  return runs.map(({ from, to }) => {
    const sums = new Float64Array(k * k);
    for (let a = 0; a < k; a++)
      for (let b = a; b < k; b++) {
        let sum = 0;
        for (let n = from; n < to; n++) sum += columns[a][n] * columns[b][n];
        sums[a * k + b] = sums[b * k + a] = sum;
      }
    return sums;
  });
}

/** @param {readonly Float64Array[]} runs */
export function total(runs) {
  const sums = new Float64Array(runs[0].length);
  for (const run of runs) for (let p = 0; p < sums.length; p++) sums[p] += run[p];
  return sums;
}

/**
 * Coefficients of chosen columns, and the squares that they leave.
 * @param {Float64Array} sums  of `products`, added up  @param {readonly number[]} chosen
 */
export function solved(sums, chosen) {
  const k = Math.sqrt(sums.length);
  const scale = chosen.map((a) => Math.sqrt(sums[a * k + a])); // columns of unit length
  const matrix = chosen.flatMap((a, p) =>
    chosen.map((b, q) => sums[a * k + b] / (scale[p] * scale[q])),
  );
  const right = Float64Array.from(chosen, (a, p) => sums[a * k + k - 1] / scale[p]);
  const unit = linalg.cholesky(core.tensor([chosen.length, chosen.length], matrix)).solve(right);
  const coefficients = Array.from(unit, (c, p) => c / scale[p]);
  return { coefficients, left: residual(sums, chosen, coefficients) };
}

/** Σ (y − Σ c x)² of coefficients that need not be those of these sums. */
export function residual(sums, chosen, coefficients, k = Math.sqrt(sums.length)) {
  const y = k - 1;
  let left = sums[y * k + y];
  chosen.forEach((a, p) => {
    left -= 2 * coefficients[p] * sums[a * k + y];
    chosen.forEach((b, q) => (left += coefficients[p] * coefficients[q] * sums[a * k + b]));
  });
  return left;
}

/**
 * How steep an output g(Σ c O) is at each coupling. Of such an output g′ c is seen at fixed κ,
 * and with one slope for all couplings another operator would have to say where it is steep. The
 * slope is a parabola in κ of mean 1, found in turns with c.
 * @param {readonly Float64Array[]} runs  of `products`  @param {readonly number[]} kappa  of each
 * @returns {number[]}  one for each run
 */
export function slopes(runs, kappa, turns = 10) {
  const k = Math.sqrt(runs[0].length);
  const columns = Array.from({ length: k - 1 }, (_, a) => a);
  const powers = kappa.map((at) => [1, at, at * at]);
  let slope = kappa.map(() => 1);
  for (let turn = 0; turn < turns; turn++) {
    const { coefficients } = solved(total(steeper(runs, slope)), columns);
    const along = runs.map((sums) => projected(sums, coefficients));
    const sums = total(
      along.map(([own, withOutput], r) =>
        Float64Array.from(
          [...powers[r], withOutput / own].flatMap((a) =>
            [...powers[r], withOutput / own].map((b) => own * a * b),
          ),
        ),
      ),
    );
    const parabola = solved(sums, [0, 1, 2]).coefficients;
    slope = powers.map((p) => p.reduce((sum, x, q) => sum + parabola[q] * x, 0));
    const mean = core.mean(slope);
    slope = slope.map((s) => s / mean);
  }
  return slope;
}

/** Sums of products of Σ c x with itself and with the output. */
function projected(sums, coefficients) {
  const k = coefficients.length + 1;
  const [own, withOutput] = [[], []];
  coefficients.forEach((c, a) => {
    withOutput.push(c * sums[a * k + k - 1]);
    coefficients.forEach((d, b) => own.push(c * d * sums[a * k + b]));
  });
  return [own, withOutput].map((terms) => terms.reduce((sum, x) => sum + x, 0));
}

/** Sums of products, all columns but the output multiplied with the slope of their run. */
export function steeper(runs, slope) {
  const k = Math.sqrt(runs[0].length);
  const factor = (p, r) => (p === k - 1 ? 1 : slope[r]);
  return runs.map((sums, r) =>
    sums.map((sum, p) => sum * factor(Math.floor(p / k), r) * factor(p % k, r)),
  );
}

/** Columns in the order in which each takes most of what is left. */
export function forward(sums, columns) {
  const order = [];
  const open = new Set(Array.from({ length: columns }, (_, a) => a));
  while (open.size > 0) {
    const tried = [...open].map((a) => ({ a, left: solved(sums, [...order, a]).left }));
    const { a } = tried.reduce((best, one) => (one.left < best.left ? one : best));
    order.push(a);
    open.delete(a);
  }
  return order;
}

/**
 * The shortest formula that is as good as the best: terms are taken one after the other, and their
 * number is the smallest whose squared error on couplings that were left out (five folds) is within
 * one standard error of the lowest.
 * @param {readonly Float64Array[]} runs  of `products`
 */
export function selected(runs, folds = 5) {
  const columns = Math.sqrt(runs[0].length) - 1;
  const order = forward(total(runs), columns);
  const shares = order.map(() => []);
  for (let f = 0; f < folds; f++) {
    const [kept, out] = [0, 1].map((side) =>
      runs.filter((_, r) => Number(r % folds === f) === side),
    );
    const [fit, test] = [total(kept), total(out)];
    order.forEach((_, k) => {
      const chosen = order.slice(0, k + 1);
      const { coefficients } = solved(fit, chosen);
      shares[k].push(residual(test, chosen, coefficients) / test[test.length - 1]);
    });
  }
  const means = shares.map((share) => core.mean(share));
  const best = means.indexOf(Math.min(...means));
  const error = Math.sqrt(core.variance(shares[best]) / folds);
  const count = 1 + means.findIndex((mean) => mean <= means[best] + error);
  return { order, count, left: means };
}

/**
 * Coefficients with errors from couplings drawn anew, as often as there are.
 * @param {readonly Float64Array[]} runs  @param {readonly number[]} chosen
 */
export function bootstrapped(runs, chosen, { rng, draws = 200 }) {
  const { coefficients, left } = solved(total(runs), chosen);
  const drawn = Array.from({ length: draws }, () =>
    solved(total(runs.map(() => runs[Math.floor(rng.uniform() * runs.length)])), chosen),
  );
  const errors = chosen.map((_, p) =>
    Math.sqrt(core.variance(drawn.map((one) => one.coefficients[p]))),
  );
  const sums = total(runs);
  return { coefficients, errors, explained: 1 - left / sums[sums.length - 1] };
}
