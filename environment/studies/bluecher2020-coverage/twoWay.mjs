// Errors of a mean over networks that were all asked about the same configurations of a chain:
// networks and configurations are crossed, and both vary.
import { core } from "phaselens";

/** @typedef {import("phaselens").core.Tensor} Tensor */

/** Shares of means in their sum, network by network: [networks · columns] ↦ the same. */
const sharesOf = (means, columns = means.length) =>
  Float64Array.from(means, (value, k) => {
    const first = k - (k % columns);
    return value / means.subarray(first, first + columns).reduce((sum, v) => sum + v, 0);
  });

/** Tables [n, columns] side by side. */
function sideBySide(tables) {
  const [n, columns] = tables[0].shape;
  const wide = core.tensor([n, tables.length * columns]);
  for (let i = 0; i < n; i++)
    tables.forEach((table, s) => core.row(wide, i).set(core.row(table, i), s * columns));
  return wide;
}

/**
 * Errors of one network's shares along the chain: by the Γ-method, as in Fig. 4, and as if its
 * configurations were independent.
 * @param {Tensor} relevances  [n, columns], in Monte Carlo order
 */
export function oneNetwork(relevances) {
  const of = (means) => sharesOf(means);
  const independent = core.jackknifeMeans(relevances, of, { blockSize: 1 });
  return core.jackknifeMeans(relevances, of).map(({ mean, error, tauInt }, k) => ({
    ...{ mean, error, tauInt },
    independent: independent[k].error,
  }));
}

/**
 * Mean over S networks of their shares, and what its error is made of:
 *
 *   between² = Σ_s (share_s − mean)² / S(S − 1)      networks, and configurations by network
 *   along²   = error of the mean along the chain     configurations, and the same again
 *   crossed² = (Σ_s along_s²/S − along²)/(S − 1)     configurations by network alone
 *
 *   both² = between² + along² − crossed²             with crossed ≤ between
 *
 * as for errors that are clustered two ways (Cameron, Gelbach & Miller, J. Bus. Econ. Stat. 29
 * (2011) 238; Owen, Ann. Appl. Stat. 1 (2007) 386). Half of the interval that covers in 68.3 % of
 * all cases is `both` times Student's factor, of freedom (S − 1)(both/between)⁴ after
 * Satterthwaite: `along` holds its own (`core.jackknife`).
 * @param {Tensor[]} tables  relevances of each network, [n, columns], n in Monte Carlo order
 */
export function twoWay(tables) {
  const [networks, columns] = [tables.length, tables[0].shape[1]];
  const single = tables.map((table) => core.jackknifeMeans(table, (means) => sharesOf(means)));
  const mean = core.jackknifeMeans(sideBySide(tables), (means) => {
    const shares = sharesOf(means, columns);
    return Float64Array.from({ length: columns }, (_, k) =>
      core.mean(shares.filter((_v, j) => j % columns === k)),
    );
  });
  return mean.map(({ mean: value, error: along, tauInt }, k) => {
    const between = Math.sqrt(core.variance(single.map((one) => one[k].mean)) / networks);
    const alone = core.mean(single.map((one) => one[k].error ** 2));
    const crossed = Math.max(0, alone - along ** 2) / (networks - 1);
    return { mean: value, between, along, crossed: Math.sqrt(crossed), tauInt };
  });
}

/** Half of the interval, see `twoWay`. */
export function halfWidth({ between, along, crossed }, networks) {
  const both = between ** 2 + along ** 2 - Math.min(between, crossed) ** 2;
  return both === 0
    ? 0
    : Math.sqrt(both) * studentFactor((networks - 1) * (both / between ** 2) ** 2);
}

/**
 * Half of Student's interval that covers 68.27 %, in standard errors: the expansion in 1/ν at one σ
 * (Abramowitz & Stegun 26.7.5), true within .1 % from ν = 2 on, 1.6 % at ν = 1.
 */
export const studentFactor = (freedom) =>
  1 + 1 / (2 * freedom) + 1 / (4 * freedom ** 2) + 1 / (16 * freedom ** 3);
