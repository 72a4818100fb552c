import { list } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError, ShapeError } from "../../core/errors.js";

/**
 * A hypercubic lattice, periodic in every direction. Sites are counted row-major, the last index
 * fastest; axis 0 is time.
 */
export interface Lattice {
  readonly shape: readonly number[];
  readonly dimensions: number;
  readonly sites: number;
  /** `[sites, 2·d]`: the sites n + μ̂ for μ = 0 … d − 1, then n − μ̂. */
  readonly neighbours: Int32Array;
  /** `[sites]`: (−1)^{n_1 + … + n_d}. */
  readonly parity: Float64Array;
}

// 64⁴; the table of neighbours of a larger lattice would pass half a gigabyte
const LARGEST = 2 ** 24;

const MOST_DIMENSIONS = 6;

/**
 * The periodic lattice of a shape of 1 to 6 extents, e.g. `lattice([16, 16, 16])` for Blücher et
 * al. 2020; actions of scalar fields take those of 2 to 4. On an extent of 2 the neighbours forward
 * and backward are one site, and the bond to it counts twice, as Eq. (1) says.
 * @throws ConfigError if the number of extents is not 1 to 6, or one is not a whole number of at
 *   least 2
 * @example
 * ```ts
 * import { physics } from "phaselens";
 * const { sites, dimensions } = physics.lattice([8, 8, 8]);
 * console.log(sites, dimensions); // → 512 3
 * ```
 */
export function lattice(shape: readonly number[]): Lattice {
  takes("lattice", { shape: [shape, list] });
  const dimensions = shape.length;
  if (!(dimensions >= 1 && dimensions <= MOST_DIMENSIONS)) {
    throw new ConfigError(
      `lattice: the shape [${shape}] has ${dimensions} extents. Give 1 to ${MOST_DIMENSIONS}, e.g. [16, 16, 16].`,
      { shape },
    );
  }
  for (const extent of shape) {
    if (!(Number.isInteger(extent) && extent >= 2)) {
      throw new ConfigError(
        `lattice: an extent of [${shape}] is ${extent}. Every extent must be a whole number of at least 2.`,
        { shape },
      );
    }
  }
  const sites = shape.reduce((product, extent) => product * extent, 1);
  if (sites > LARGEST) {
    throw new ConfigError(
      `lattice: [${shape}] has ${sites} sites, more than 2^24. Use a smaller lattice.`,
      { shape },
    );
  }
  const neighbours = new Int32Array(sites * 2 * dimensions);
  const parity = new Float64Array(sites).fill(1);
  let stride = sites;
  for (let axis = 0; axis < dimensions; axis++) {
    const extent = shape[axis];
    stride /= extent;
    for (let n = 0; n < sites; n++) {
      const coordinate = Math.floor(n / stride) % extent;
      neighbours[n * 2 * dimensions + axis] =
        coordinate === extent - 1 ? n - (extent - 1) * stride : n + stride;
      neighbours[n * 2 * dimensions + dimensions + axis] =
        coordinate === 0 ? n + (extent - 1) * stride : n - stride;
      if (coordinate % 2 === 1) parity[n] = -parity[n];
    }
  }
  return { shape: [...shape], dimensions, sites, neighbours, parity };
}

/**
 * Refuses an array that does not hold one number a site.
 * @throws ShapeError  with both numbers
 */
export function checkSites(
  values: ArrayLike<number>,
  { shape, sites }: Lattice,
  what: string,
): void {
  if (values.length !== sites) {
    throw new ShapeError(
      `${what}: ${values.length} entries for a lattice [${shape}] of ${sites} sites. Pass one number a site.`,
      { length: values.length, shape },
    );
  }
}
