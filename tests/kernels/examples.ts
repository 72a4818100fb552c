import { lattice } from "phaselens/physics";
import type { Kernels, TwinOf } from "phaselens/internal/kernels/kernels";
import { erfSeries } from "phaselens/internal/nn/layers/errorFunction";

type Lists = Readonly<Record<string, readonly number[]>>;

/** A call of a kernel. Arrays hold normal numbers where nothing else is said. */
export interface Example {
  /** Counts and numbers, by the argument's name. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Lengths of the arrays whose length the table leaves to lists. */
  readonly lengths?: Readonly<Record<string, number>>;
  /** Further arrays of doubles, into which lists point: their lengths. */
  readonly further?: Readonly<Record<string, number>>;
  /** Entries of the lists; `at` knows the offset of each array. */
  readonly lists?: (at: Readonly<Record<string, number>>) => Lists;
  /** What stands at place k of an array, made of a normal number. */
  readonly values?: Readonly<Record<string, (k: number, normal: number) => number>>;
  /** How many entries of an array mean something afterwards, where these are not all. */
  readonly meant?: Readonly<Record<string, number>>;
  /** Largest difference of the two kinds, relative to the largest entry of an array. */
  readonly tolerance?: number;
}

/** Bins 0, 1 and 2 of eight samples a column, a byte each. */
const columns = [0x02000100, 0x00010202, 0x01010101, 0x02000002, 0x00000000, 0x02010002, 0x1, 0x2];

const rowsFrom = (start: number, count: number, step: number): number[] =>
  Array.from({ length: count }, (_, i) => start + i * step);
/** Zeros among the numbers: kernels pass over them. */
const sparse = (k: number, normal: number): number => (k % 3 === 0 ? 0 : normal);

// rows of six sites on 4 × 4 × 6
const { neighbours, dimensions, sites } = lattice([4, 4, 6]);
const onLattice = { rows: sites / 6, n: 6, pairs: 2 };
const table = rowsFrom(0, onLattice.rows, 6 * 2 * dimensions).flatMap((at) =>
  [0, 1].flatMap((axis) => [neighbours[at + axis], neighbours[at + dimensions + axis]]),
);
const withTable = (numbers: Example["numbers"]): Example => ({
  numbers: { ...onLattice, ...numbers },
  lists: () => ({ table }),
});
const withFermions = (numbers: Example["numbers"], meant: Example["meant"] = {}): Example => ({
  ...withTable(numbers),
  values: {
    twiceMass: (_, normal) => 8 + 0.6 * normal,
    phases: (k) => (k % 3 === 1 ? -1 : 1),
  },
  meant,
});

// two receiver and three sender features of six and five objects; every width is four
const [STEP, TILE] = [8, 128];
const weights = { w1: 4 * 5, b1: 4, w2: 16, b2: 4, w3: 16, b3: 4 };
const edgeRoom = {
  first: 4 * STEP,
  second: 4 * STEP,
  t1: 4 * TILE,
  t2: 4 * TILE,
  t3: 4 * TILE,
  counted: TILE,
  u1: 4 * TILE,
  u2: 4 * TILE,
  gFirst: 4 * STEP,
  gSecond: 4 * STEP,
};
const edge: Example = {
  numbers: {},
  further: {
    xr: 2 * STEP,
    xs: 3 * STEP,
    ...weights,
    ...edgeRoom,
    y: 4 * STEP,
    g: 4 * STEP,
    ...Object.fromEntries(Object.entries(weights).map(([name, length]) => [`g${name}`, length])),
  },
  lists: (at) => ({
    list: [
      2,
      3,
      6,
      5,
      0,
      3,
      0,
      4,
      4,
      4,
      STEP,
      TILE,
      ...["xr", "xs", "w1", "b1", "w2", "b2", "w3", "b3", "first", "second", "t1", "t2", "t3"],
      ...["counted", "y", "g", "u1", "u2", "gFirst", "gSecond"],
      ...["gw1", "gb1", "gw2", "gb2", "gw3", "gb3"],
    ].map((one) => (typeof one === "number" ? one : at[one])),
  }),
  meant: { list: 4, ...Object.fromEntries(Object.keys(edgeRoom).map((name) => [name, 0])) },
};

const windows: Pick<Example, "lengths" | "lists"> = {
  lengths: { x: 20 },
  lists: () => ({ first: [0, 2, 5, 7, 9], offsets: [0, 3, 1, 8] }),
};
const segments: Pick<Example, "lists"> & { readonly numbers: Example["numbers"] } = {
  numbers: { to: 7, n: 16, depth: 5, segments: 2, yChannel: 40 },
  lists: () => ({ starts: [0, 0, 17, 20], offsets: [0, 3, 7, 11, 18] }),
};
const [SEGMENTS_IN, SEGMENTS_OUT] = [17 + 18 + 16, 6 * 40 + 20 + 16];

/** One for each kernel at least; a kernel without one does not compile. */
export const examples: Readonly<Record<TwinOf<keyof Kernels>, readonly Example[]>> = {
  rowProduct: [
    {
      numbers: { m: 5, n: 7, depth: 3, aStep: 2, bShift: 1 },
      further: { a: 30, b: 40, c: 35 },
      lists: ({ a, b, c }) => ({
        aRows: rowsFrom(a, 5, 6),
        bRows: rowsFrom(b, 3, 9),
        cRows: rowsFrom(c, 5, 7),
      }),
    },
  ],
  rowDots: [
    {
      numbers: { m: 3, count: 5, n: 6, cStep: 7 },
      further: { a: 18, b: 30 },
      lists: ({ a, b }) => ({ aRows: rowsFrom(a, 3, 6), bRows: rowsFrom(b, 5, 6) }),
    },
  ],
  gram: [{ numbers: { panels: 2, rows: 9 } }],
  gatheredSums: [
    {
      numbers: { lists: 3, n: 27 },
      lengths: { entries: 6, weights: 6, b: 5 * 27 },
      further: { c: 81 },
      lists: ({ c }) => ({
        starts: [0, 2, 2, 6],
        entries: [0, 4, 1, 1, 2, 3],
        targets: rowsFrom(c, 3, 27),
      }),
    },
  ],
  selectedProducts: [
    {
      numbers: { features: 4, n: 23, first: 1, depth: 3, shift: 2 },
      lengths: { bRows: 10 },
      further: { a: 10, b: 5 * 23, c: 4 * 25 },
      lists: ({ a, b, c }) => ({
        aRows: [a, a + 5, a, a + 5],
        bLists: [0, 5, 5, 0],
        bRows: rowsFrom(b, 5, 23).concat(rowsFrom(b, 5, 23).reverse()),
        cRows: rowsFrom(c, 4, 25),
      }),
    },
  ],
  selectedPatches: [
    {
      numbers: { features: 3, channels: 2, taps: 3, inputSites: 5 },
      lengths: { siteOf: 12 },
      further: { c: 3 * 7 },
      lists: ({ c }) => ({
        siteOf: [-1, 0, 1, 0, 1, 2, 2, 3, 4, 3, 4, -1],
        sites: [3, 0, 2],
        cRows: rowsFrom(c, 3, 7),
      }),
    },
  ],
  runSums: [
    {
      numbers: { lists: 3, n: 18, rows: 5 },
      lengths: { bounds: 6 },
      further: { c: 54 },
      lists: ({ c }) => ({
        starts: [0, 1, 1, 3],
        bounds: [0, 5, 1, 2, 3, 5],
        targets: rowsFrom(c, 3, 18),
      }),
    },
  ],
  tridiagonalise: [{ numbers: { n: 6 }, meant: { a: 0, scratch: 0 } }],
  // more than four rows have shifts of their first four; an entry that is zero splits the matrix,
  // and where neighbours and noise are zero too, nothing is left to rotate beside a shift that is
  // exact
  tridiagonalQl: [
    ...[2, 3, 4, 5, 13, 60].map((n) => ({
      numbers: { n, noise: 1e-36 },
      values: { squares: (k: number, normal: number) => (k % 23 === 5 ? 0 : normal * normal) },
      meant: { scratch: 0 },
      tolerance: 0,
    })),
    {
      numbers: { n: 128, noise: 1e-36 },
      values: { diagonal: () => 2, squares: () => 1 },
      meant: { scratch: 0 },
      tolerance: 0,
    },
    {
      numbers: { n: 40, noise: 0 },
      values: { diagonal: (k) => (k % 2) * 1e-300, squares: (k) => (k % 3 === 0 ? 1e-320 : 0) },
      meant: { scratch: 0 },
      tolerance: 0,
    },
  ],
  secularRoots: [1, 2, 3, 4, 9, 40, 41].map((count) => ({
    numbers: { count, rho: 1.5 },
    values: { poles: (k: number, normal: number) => k + normal / (1 + Math.abs(normal)) / 2 },
  })),
  secularVector: [1, 2, 7, 20].map((count) => ({
    numbers: { count, base: 2, offset: 0.3 },
    values: { poles: (k) => 3 * k + 1 },
  })),
  edgeForward: [edge],
  edgeGradient: [edge],
  kleinGordonAction: [withTable({ kappa: 0.18, lambda: 1.1 })],
  kleinGordonForce: [withTable({ kappa: 0.18, lambda: 1.1 })],
  kleinGordonForceAndReciprocals: [
    withTable({ kappa: 0.18, lambda: 1.1, mass: 20, coupling: 0.25 }),
  ],
  shiftedField: [{ numbers: { count: 7, mass: 20, coupling: 0.25 } }],
  reciprocalField: [{ numbers: { count: 7, mass: 20, coupling: 0.25 } }],
  linkSum: [withTable({})],
  addHoppingForce: [withTable({ scale: 0.7 })],
  dirac: [withFermions({ sign: 1 }), withFermions({ sign: -1 })],
  addDiracForce: [withFermions({ scale: 0.7 }, { scratch: 0 })],
  // the same steps, but rounding grows with their number; what is left over is rounding itself
  solveDirac: [
    {
      ...withFermions({ tolerance: 1e-9, limit: 500 }, { scratch: 0, reached: 0 }),
      tolerance: 1e-8,
    },
  ],
  spinSweep: [4, 2].map((degree) => ({
    numbers: { count: 12, degree },
    lengths: { spins: 24 },
    lists: () => ({
      order: rowsFrom(0, 12, 2),
      neighbours: rowsFrom(0, 12 * degree, 1).map((k) => 2 * ((5 * k) % 12) + 1),
      spins: rowsFrom(0, 24, 1).map((k) => ((k * k) % 7 < 4 ? 1 : -1)),
      words: rowsFrom(0, 24, 1).map((k) => Math.imul(k + 1, 0x9e3779b9)),
      sums: [3, -4, 5],
    }),
    values: { flip: (_k, normal) => Math.exp(-Math.abs(normal)) },
  })),
  philoxBlocks: [{ numbers: { blocks: 8, low: -2, high: 5, c2: 6, c3: 7, k0: 8, k1: 9 } }],
  normalsInside: [0.9, 1].map((inner) => ({
    numbers: { draws: 16 },
    lists: () => ({ words: rowsFrom(0x1234567, 32, 0x3c6ef372).map((word) => word | 0) }),
    values: { inner: () => inner },
  })),
  boostHistogram: [
    [4, 0],
    [3, 1],
  ].map(([features, counted]) => ({
    numbers: { features, counted, count: 5, stride: 8 },
    lengths: { columns: 8, steps: 14, out: 36 },
    lists: () => ({
      rows: [0, 1, 3, 4, 6],
      starts: [0, 3, 6, 9, 12].slice(0, features + 1),
      columns,
    }),
  })),
  boostSibling: [{ numbers: { count: 7 } }, { numbers: { count: 8 } }],
  boostSplit: [0, 1].flatMap((counted) =>
    [1, 4].map((minimumLeaf) => ({
      numbers: {
        features: 3,
        counted,
        minimumLeaf,
        gradient: 1.5,
        curvature: 12,
        count: 12,
        l2: 0.5,
      },
      lengths: { histogram: 45 },
      lists: () => ({ starts: [0, 5, 10, 15], missing: [0, 1, 0] }),
      values: {
        histogram: (k: number, normal: number) => (k < 30 && k % 2 === 0 ? normal : 3),
        out: () => 0,
      },
    })),
  ),
  boostDivide: [0, 1].map((missingLeft) => ({
    numbers: { count: 5, bin: 0, missing: 2, missingLeft },
    lengths: { column: 2 },
    lists: () => ({ rows: [0, 1, 3, 4, 6], column: columns }),
    meant: { scratch: 0 },
  })),
  maximum: [0, -Infinity].map((floor) => ({
    numbers: { count: 5, entries: 4, floor },
    ...windows,
  })),
  scatterWinners: [
    {
      numbers: { count: 6, depth: 5 },
      lengths: { reciprocal: 10, out: 30 },
      lists: () => ({ winners: [0, 7, 9, 3, 4, 7], offsets: [0, 2, 5, 11, 13] }),
      values: { reciprocal: sparse },
    },
  ],
  chosenDots: [{ numbers: { batch: 5, width: 8, outputs: 6 }, values: { chosen: sparse } }],
  chosenCombinations: [{ numbers: { batch: 3, width: 24, outputs: 5 }, values: { s: sparse } }],
  singleDense: [
    {
      numbers: { batch: 3, inputs: 37, outputs: 12, xWidth: 40 },
      values: { x: sparse },
    },
  ],
  singleDenseGradient: [
    {
      numbers: { batch: 5, rows: 6, outputs: 12, xWidth: 9 },
      values: { x: sparse },
    },
  ],
  singleDenseTransposed: [0, 1].map((only) => ({
    numbers: { batch: 3, inputs: 37, outputs: 12, xWidth: 40, sparse: only },
    values: { x: sparse },
  })),
  singleConvolution: [{ ...segments, lengths: { x: SEGMENTS_IN, y: SEGMENTS_OUT } }],
  singleConvolutionTransposed: [{ ...segments, lengths: { gx: SEGMENTS_IN, g: SEGMENTS_OUT } }],
  singleConvolutionGradient: [{ ...segments, lengths: { x: SEGMENTS_IN, g: SEGMENTS_OUT } }],
  singleConvolutionGradientAtMaxima: [
    {
      numbers: { to: 3, windows: 4, depth: 5, yChannel: 16 },
      lengths: { x: 16 + 18 },
      lists: () => ({
        offsets: [0, 3, 7, 11, 18],
        sources: [0, 5, 9, 15, 16, 17, 30, 31, 35, 36, 40, 47],
      }),
    },
  ],
  singleMaximum: [{ numbers: { count: 5, entries: 4 }, ...windows, meant: { y: 5, sources: 5 } }],
  singleMaximumTransposed: [
    {
      numbers: { count: 5 },
      lengths: { gx: 20 },
      lists: () => ({ sources: [0, 3, 9, 12, 19] }),
    },
  ],
  singleAverage: [{ numbers: { count: 5, entries: 4 }, ...windows, meant: { y: 5 } }],
  singleAverageTransposed: [
    {
      numbers: { count: 5, entries: 4 },
      lists: windows.lists,
      lengths: { gx: 20 },
    },
  ],
  singleAdam: [
    {
      numbers: { count: 8, rate: 0.01, beta1: 0.9, beta2: 0.999, correction: 3, epsilon: 1e-8 },
      values: { second: (_, normal) => normal ** 2 },
    },
  ],
  singleMomentum: [{ numbers: { count: 8, rate: 0.01, momentum: 0.9 } }],
  singlePenalty: [{ numbers: { count: 8, l1: 0.3, l2: 0.1 }, values: { theta: sparse } }],
  singleLeaky: [{ numbers: { count: 8, slope: 0.01 } }],
  singleLeakyTransposed: [{ numbers: { count: 8, slope: 0.2 } }],
  singleMatrix: [
    { numbers: { m: 9, n: 22, depth: 5, bStep: 23, cStep: 24, mode: 0 } },
    { numbers: { m: 8, n: 13, depth: 4, bStep: 13, cStep: 13, mode: 1 } },
    { numbers: { m: 2, n: 7, depth: 3, bStep: 7, cStep: 7, mode: 2 } },
  ].map((one) => ({ ...one, tolerance: 1e-5 })),
  singlePanels: [
    {
      numbers: { panels: 3, rows: 10, depth: 9, rowStep: 9, depthStep: 1, panelStep: 40 },
      lengths: { a: 90 },
    },
    {
      numbers: { panels: 2, rows: 8, depth: 5, rowStep: 1, depthStep: 8, panelStep: 20 },
      lengths: { a: 40 },
    },
    {
      numbers: { panels: 1, rows: 3, depth: 5, rowStep: 7, depthStep: 2, panelStep: 20 },
      lengths: { a: 30 },
    },
  ],
  singleTranspose: [{ numbers: { rows: 9, columns: 7 } }, { numbers: { rows: 4, columns: 8 } }],
  singleRowSums: [{ numbers: { rows: 3, n: 11 } }],
  singleDistinct: [
    { numbers: { rows: 3, n: 12 }, values: { x: (k, normal) => (k % 12 > 4 ? 2 : normal) } },
    { numbers: { rows: 2, n: 9 } },
    { numbers: { rows: 2, n: 9 }, values: { x: () => 1 } },
  ],
  singleRepeatLast: [{ numbers: { rows: 3, n: 7, distinct: 4 } }],
  singleExponential: [
    { numbers: { count: 64 }, values: { x: (k, normal) => 20 * normal - (k % 8 === 0 ? 90 : 0) } },
  ],
  singleSoftmax: [{ numbers: { lines: 3, length: 7 } }, { numbers: { lines: 2, length: 8 } }],
  singleSoftmaxTransposed: [{ numbers: { lines: 3, length: 7 } }],
  singleGelu: [{ numbers: { count: 16 }, values: { x: (_, normal) => 3 * normal } }],
  doubleGelu: [
    {
      numbers: { count: 16 },
      values: { x: (_, normal) => 3 * normal, table: (k) => erfSeries[k] },
    },
    {
      numbers: { count: 4 },
      values: { x: (k) => [0, -40, 9, 8.5][k], table: (k) => erfSeries[k] },
    },
  ],
  singleNormalise: [0, 1].map((centred) => ({
    numbers: { outer: 2, length: 5, inner: 7, centred, epsilon: 1e-5 },
    tolerance: 1e-5,
  })),
  singleNormaliseTransposed: [0, 1].map((centred) => ({
    numbers: { outer: 2, length: 5, inner: 7, centred },
    tolerance: 1e-5,
  })),
  singleCombine: [{ numbers: { count: 8, factor: 0.3 } }],
  singleRescale: [{ numbers: { count: 8, factor: 0.3, shift: -2 } }],
  singleMultiply: [{ numbers: { count: 8 } }],
  singleWithRow: [0, 1].map((times) => ({ numbers: { rows: 3, n: 7, times } })),
  singleScale: [{ numbers: { features: 3, inner: 7 } }],
  singleScaleGradient: [{ numbers: { features: 3, inner: 7 } }],
  singleRuns: [{ numbers: { count: 3, length: 7, factor: 0.5 } }],
  singleRunsTransposed: [{ numbers: { count: 3, length: 7, factor: 0.5 } }],
  singleEdges: [0, 1].map((rectified) => ({
    numbers: { channels: 3, objects: 4, neighbours: 2, rectified },
    lists: () => ({ places: [1, 2, 0, -1, 3, 3, 1, 0] }),
  })),
  singleEdgesTransposed: [
    {
      numbers: { channels: 3, objects: 4, neighbours: 2 },
      lists: () => ({ places: [1, 2, 0, -1, 3, 3, 1, 0] }),
    },
  ],
};
