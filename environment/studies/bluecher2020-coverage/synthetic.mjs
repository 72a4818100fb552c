// Shares with known variance components: what the interval covers where the truth is given.
import { core } from "phaselens";
import { halfWidth, oneNetwork, studentFactor, twoWay } from "./twoWay.mjs";

/** Standard deviations: of networks, of a configuration, of what both have together. */
export const mixes = {
  networks: [0.05, 0.02, 0.02],
  configurations: [0.005, 0.2, 0.02],
  both: [0.05, 0.2, 0.05],
  interaction: [0.01, 0.02, 0.3],
};
export const TRUTH = 0.4;
const MEMORY = 0.5; // autoregressive: τ_int = (1 + .5)/(1 − .5)/2 = 1.5

/** x_i = ρ x_{i−1} + √(1 − ρ²) η_i: variance 1. */
function autoregressive(n, rng) {
  let x = rng.normal();
  const kick = Math.sqrt(1 - MEMORY ** 2);
  return Float64Array.from({ length: n }, () => (x = MEMORY * x + kick * rng.normal()));
}

/**
 * Two columns, share and its complement, of which the sum fluctuates as relevances do.
 * @param {number[]} mix  @param {{ networks: number, n: number, rng: any }} options
 */
export function drawn([network, configuration, interaction], { networks, n, rng }) {
  const common = autoregressive(n, rng);
  const total = autoregressive(n, rng);
  return Array.from({ length: networks }, () => {
    const centre = TRUTH + network * rng.normal();
    const own = autoregressive(n, rng);
    const table = core.tensor([n, 2]);
    for (let i = 0; i < n; i++) {
      const share = centre + configuration * common[i] + interaction * own[i];
      const sum = 1 + 0.1 * total[i];
      core.row(table, i).set([sum * share, sum * (1 - share)]);
    }
    return table;
  });
}

/** Times of `repeats` that each interval covers the truth. */
export function covered(mix, { repeats, networks, n, rng }) {
  const hits = { independent: 0, chain: 0, seeds: 0, student: 0, both: 0 };
  for (let r = 0; r < repeats; r++) {
    const tables = drawn(mix, { networks, n, rng: rng.fork(`repeat ${r}`) });
    const [one, all] = [oneNetwork(tables[0])[0], twoWay(tables)[0]];
    const near = (value, half) => Number(Math.abs(value - TRUTH) <= half);
    hits.independent += near(one.mean, one.independent);
    hits.chain += near(one.mean, one.error);
    hits.seeds += near(all.mean, all.between);
    hits.student += near(all.mean, all.between * studentFactor(networks - 1));
    hits.both += near(all.mean, halfWidth(all, networks));
  }
  return hits;
}
