import { list } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { checkFinite } from "../../core/tensor.js";

/**
 * The hopping parameter κ of a configuration from its nearest-neighbour correlator, by inverting
 * the curve ⟨φφ′⟩(κ). Since κ multiplies Σ φφ′ in the action and nothing else does, this uses all
 * that a configuration knows of κ, and comes close to `cramerRaoBound`.
 *
 * The curve rises, d⟨φφ′⟩/dκ being a variance; where its points, with their errors, do not, they
 * are pooled to the nearest curve that does (least squares, equal weights). Between points it is
 * straight; beyond its ends κ is that of the end.
 * @param couplings    κ of the curve's points, rising
 * @param correlators ⟨φφ′⟩ at these, e.g. means of `nearestNeighbourCorrelator` over training
 *   ensembles
 * @returns            κ for a value of the correlator
 * @throws ShapeError, ConfigError, NumericalError for points that are fewer than two, do not rise
 *   in κ, or hold NaN; ConfigError if all of
 *   them are pooled to one
 */
export function invertedNeighbours(
  couplings: ArrayLike<number>,
  correlators: ArrayLike<number>,
): (correlator: number) => number {
  takes("invertedNeighbours", { couplings: [couplings, list], correlators: [correlators, list] });
  const n = couplings.length;
  if (correlators.length !== n) {
    throw new ShapeError(
      `invertedNeighbours: ${n} couplings and ${correlators.length} correlators; they must come in pairs.`,
    );
  }
  checkFinite(couplings, "invertedNeighbours, couplings");
  checkFinite(correlators, "invertedNeighbours, correlators");
  for (let k = 1; k < n; k++) {
    if (couplings[k] <= couplings[k - 1]) {
      const fact = `κ = ${couplings[k]} follows ${couplings[k - 1]}`;
      throw new ConfigError(
        `invertedNeighbours: ${fact}. κ must rise: sort the points, each once.`,
        {
          point: k,
        },
      );
    }
  }
  const { kappa, value } = rising(couplings, correlators);
  const last = kappa.length - 1;
  if (last < 1) {
    const fact = `⟨φφ′⟩ does not rise over the ${n} points, from ${correlators[0]} to ${correlators[n - 1]}, so that there is nothing to invert`;
    throw new ConfigError(`invertedNeighbours: ${fact}. Use a wider range of κ.`, { n });
  }
  return (correlator) => {
    checkFinite([correlator], "invertedNeighbours");
    if (correlator <= value[0]) return kappa[0];
    if (correlator >= value[last]) return kappa[last];
    let [below, above] = [0, last];
    while (above - below > 1) {
      const middle = (below + above) >> 1;
      if (value[middle] <= correlator) below = middle;
      else above = middle;
    }
    return (
      kappa[below] +
      ((correlator - value[below]) / (value[above] - value[below])) * (kappa[above] - kappa[below])
    );
  };
}

/**
 * Pools neighbours that violate the order (isotonic regression): strictly rising means over runs of
 * points.
 */
function rising(
  couplings: ArrayLike<number>,
  correlators: ArrayLike<number>,
): { kappa: number[]; value: number[] } {
  const [kappa, value, count]: number[][] = [[], [], []];
  for (let k = 0; k < couplings.length; k++) {
    let [x, y, size] = [couplings[k], correlators[k], 1];
    while (value.length > 0 && value[value.length - 1] >= y) {
      const before = count.pop()!;
      x = (kappa.pop()! * before + x * size) / (before + size);
      y = (value.pop()! * before + y * size) / (before + size);
      size += before;
    }
    kappa.push(x);
    value.push(y);
    count.push(size);
  }
  return { kappa, value };
}
