// Exact results for spin models on small or special lattices, each written from its own formula.
import { lattice as latticeOf } from "phaselens/physics";

/** Parameters of an Ising model, β absorbed: K = βJ, H = βh. */
export interface IsingCouplings {
  readonly K: number;
  readonly H?: number;
}

/** ln(2 cosh x) and ln(2 sinh |x|) without overflow. */
const logCosh = (x: number): number => Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x)));
const logSinh = (x: number): number => Math.abs(x) + Math.log1p(-Math.exp(-2 * Math.abs(x)));

/**
 * ln Z of the Ising model on a torus of m × n sites without field: B. Kaufman, Phys. Rev. 76 (1949)
 * 1232, in the form of Ferdinand and Fisher, Phys. Rev. 185 (1969) 832, Eqs. (2.4) to (2.9).
 *
 *   Z = ½ (2 sinh 2K)^{mn/2} (Π 2cosh ½mγ_{2r+1} + Π 2sinh ½mγ_{2r+1}
 *         + Π 2cosh ½mγ_{2r} + Π 2sinh ½mγ_{2r}),
 *   cosh γ_l = cosh 2K coth 2K − cos(πl/n), γ_0 = 2K + ln tanh K
 */
export function kaufman(m: number, n: number, K: number): number {
  const gamma = (l: number): number => {
    if (l === 0) return 2 * K + Math.log(Math.tanh(K));
    return Math.acosh(Math.cosh(2 * K) / Math.tanh(2 * K) - Math.cos((Math.PI * l) / n));
  };
  const parts = [
    { odd: 1, log: logCosh, sign: 1 },
    { odd: 1, log: logSinh, sign: 1 },
    { odd: 0, log: logCosh, sign: 1 },
    { odd: 0, log: logSinh, sign: Math.sign(gamma(0)) },
  ].map(({ odd, log, sign }) => {
    let sum = 0;
    for (let r = 0; r < n; r++) sum += log(0.5 * m * gamma(2 * r + odd));
    return { sum, sign };
  });
  const largest = Math.max(...parts.map(({ sum }) => sum));
  const total = parts.reduce((all, { sum, sign }) => all + sign * Math.exp(sum - largest), 0);
  return 0.5 * m * n * Math.log(2 * Math.sinh(2 * K)) + largest + Math.log(total / 2);
}

/** f′ and f″ by differences of fourth order. */
export function derivatives(f: (x: number) => number, x: number, h: number): [number, number] {
  const [a, b, c, d, e] = [-2, -1, 0, 1, 2].map((k) => f(x + k * h));
  return [(a - 8 * b + 8 * d - e) / (12 * h), (-a + 16 * b - 30 * c + 16 * d - e) / (12 * h * h)];
}

/** E/J and specific heat a site, C = K² ∂² ln Z/∂K²/|Λ|. */
export function ofPartitionFunction(
  logZ: (K: number) => number,
  K: number,
  sites: number,
): { energy: number; specificHeat: number } {
  const [first, second] = derivatives(logZ, K, 1e-3);
  return { energy: -first / sites, specificHeat: (K * K * second) / sites };
}

/** Energy a site of the infinite square lattice: L. Onsager, Phys. Rev. 65 (1944) 117. */
export function onsagerEnergy(K: number): number {
  const k = (2 * Math.sinh(2 * K)) / Math.cosh(2 * K) ** 2;
  // complete elliptic integral by the arithmetic-geometric mean
  let [a, b] = [1, Math.sqrt(1 - k * k)];
  for (let i = 0; i < 40; i++) [a, b] = [(a + b) / 2, Math.sqrt(a * b)];
  const integral = Math.PI / (2 * a);
  const modulus = 2 * Math.tanh(2 * K) ** 2 - 1;
  return (-1 / Math.tanh(2 * K)) * (1 + (2 / Math.PI) * modulus * integral);
}

/** Averages of observables of spins and Σ σσ′ over all 2^|Λ| configurations. */
export function enumerated(
  shape: readonly number[],
  { K, H = 0 }: IsingCouplings,
  observables: readonly ((spins: Float64Array, links: number) => number)[],
): number[] {
  const { sites, dimensions: d, neighbours } = latticeOf(shape);
  const spins = new Float64Array(sites);
  const sums = observables.map(() => 0);
  let total = 0;
  for (let word = 0; word < 2 ** sites; word++) {
    for (let n = 0; n < sites; n++) spins[n] = (word >> n) & 1 ? 1 : -1;
    let [links, sum] = [0, 0];
    for (let n = 0; n < sites; n++) {
      for (let mu = 0; mu < d; mu++) links += spins[n] * spins[neighbours[2 * d * n + mu]];
      sum += spins[n];
    }
    const weight = Math.exp(K * links + H * sum);
    total += weight;
    observables.forEach((observable, k) => (sums[k] += weight * observable(spins, links)));
  }
  return sums.map((sum) => sum / total);
}

/**
 * ln Z of the Ising model on a torus of N columns of L sites with field, as a trace of the transfer
 * matrix of a column: H. A. Kramers and G. H. Wannier, Phys. Rev. 60 (1941) 252.
 */
export function stripPartition(L: number, N: number, { K, H = 0 }: IsingCouplings): number {
  const states = 2 ** L;
  const spin = (state: number, i: number): number => ((state >> (i % L)) & 1 ? 1 : -1);
  const own = Array.from({ length: states }, (_, s) => {
    let sum = 0;
    for (let i = 0; i < L; i++) sum += K * spin(s, i) * spin(s, i + 1) + H * spin(s, i);
    return sum / 2;
  });
  const matrix = own.map((a, s) =>
    own.map((b, t) => {
      let sum = a + b;
      for (let i = 0; i < L; i++) sum += K * spin(s, i) * spin(t, i);
      return Math.exp(sum);
    }),
  );
  let [power, logScale] = [matrix, 0];
  for (let k = 1; k < N; k++) {
    power = power.map((row) =>
      own.map((_, t) => row.reduce((sum, value, s) => sum + value * matrix[s][t], 0)),
    );
    const largest = Math.max(...power.flat());
    power = power.map((row) => row.map((value) => value / largest));
    logScale += Math.log(largest);
  }
  return logScale + Math.log(power.reduce((sum, row, s) => sum + row[s], 0));
}

/** Modified Bessel function I_n(x), by the trapezoidal rule, which is exact to rounding here. */
export function besselI(n: number, x: number): number {
  const points = 256;
  let sum = 0;
  for (let k = 0; k < points; k++) {
    const angle = (2 * Math.PI * k) / points;
    sum += Math.exp(x * Math.cos(angle)) * Math.cos(n * angle);
  }
  return sum / points;
}

/**
 * Ring of N plane rotators, E = −Σ cos(θ_i − θ_{i+1}): Z = Σ_n I_n(β)^N e^{inφ} with a twist φ. Of
 * it the energy a site, ⟨cos(θ_0 − θ_r)⟩, and the helicity modulus N ⟨n²⟩/β.
 */
export function rotatorRing(
  N: number,
  beta: number,
): { energy: number; correlator: (r: number) => number; helicity: number } {
  const orders = Array.from({ length: 41 }, (_, k) => k - 20);
  const ratio = (n: number): number => besselI(n, beta) / besselI(0, beta);
  const weight = (n: number, power: number): number => ratio(n) ** power;
  const Z = orders.reduce((sum, n) => sum + weight(n, N), 0);
  const correlator = (r: number): number =>
    orders.reduce((sum, n) => sum + weight(n, N - r) * weight(n + 1, r), 0) / Z;
  return {
    energy: -correlator(1),
    correlator,
    helicity: ((N / beta) * orders.reduce((sum, n) => sum + n * n * weight(n, N), 0)) / Z,
  };
}
