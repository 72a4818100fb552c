/**
 * τ_int of Wolff 2004 with S = 1.5 and the O(1/N) correction, written out in the order of
 * operations of the first release: what `tauInt` has to give to the last bit for positively
 * correlated series.
 */
export function wolffTauInt(series: ArrayLike<number>): {
  tauInt: number;
  error: number;
  window: number;
} {
  const n = series.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += series[i];
  const centre = sum / n;
  const gamma: number[] = [];
  const measure = (t: number): void => {
    let products = 0;
    for (let i = 0; i < n - t; i++) products += (series[i] - centre) * (series[i + t] - centre);
    gamma.push(products / (n - t));
  };
  measure(0);
  let rho = 0;
  let window = 0;
  do {
    measure(++window);
    rho += gamma[window] / gamma[0];
    const decay = rho <= 0 ? Number.EPSILON : 1.5 / Math.log((rho + 1) / rho);
    if (Math.exp(-window / decay) - decay / Math.sqrt(window * n) < 0) break;
  } while (window < Math.max(1, Math.floor(n / 2)));
  let total = gamma[0];
  for (let t = 1; t <= window; t++) total += 2 * gamma[t];
  let tau = -0.5;
  for (let t = 0; t <= window; t++) tau += (gamma[t] + total / n) / (gamma[0] + total / n);
  return {
    tauInt: tau,
    error: 2 * Math.abs(tau) * Math.sqrt(Math.max(0, window - tau + 0.5) / n),
    window,
  };
}
