import { core, nn, papers, physics } from "phaselens";
import { expect, test } from "vitest";
import {
  allProducts,
  bilinearNetwork,
  fromBilinear,
  signFlips,
  toBilinear,
} from "../../environment/studies/formula/bilinear.mjs";
import {
  boundsSquared,
  calibrated,
  judged,
  partial,
  polynomial,
  raw,
} from "../../environment/studies/formula/estimates.mjs";
import {
  columnsOf,
  compared,
  formulaOf,
  operatorOf,
  printed,
} from "../../environment/studies/formula/formula.mjs";
import {
  features,
  periodic,
  pooledNetwork,
  predicted,
} from "../../environment/studies/formula/network.mjs";
import { library, measured, orbits } from "../../environment/studies/formula/operators.mjs";
import {
  products,
  selected,
  slopes,
  solved,
  steeper,
  total,
} from "../../environment/studies/formula/regression.mjs";

const rng = core.makeRng(7, "formula test");
const lattice = physics.lattice([4, 4, 4]);
const normals = (n: number): Float64Array => Float64Array.from({ length: n }, () => rng.normal());
const runsOf = (couplings: number, each: number) =>
  Array.from({ length: couplings }, (_, r) => ({
    kappa: r / couplings - 0.5,
    from: r * each,
    to: (r + 1) * each,
  }));
const fields = Array.from({ length: 90 }, () => normals(64));
const operators = measured(fields, lattice);
const runs = runsOf(6, 15);

/** ⟨(w∗φ)²⟩ straight from its definition. */
function meanSquare(filter: readonly number[], field: Float64Array): number {
  const at = (z: number, y: number, x: number) => field[((z % 4) * 4 + (y % 4)) * 4 + (x % 4)];
  let sum = 0;
  for (let n = 0; n < 64; n++) {
    const [z, y, x] = [n >> 4, (n >> 2) & 3, n & 3];
    const response = papers.bluecher2020.cubeCorners
      .map(([a, b, c], k) => filter[k] * at(z + a, y + b, x + c))
      .reduce((one, two) => one + two, 0);
    sum += response * response;
  }
  return sum / 64;
}

test("orbits are the square of a filter averaged over the 48 symmetries of the cube", () => {
  const filter = Array.from(normals(8));
  const a = orbits(filter);
  const names = ["φ²", "φφ′", "C_face", "C_space"];
  fields.slice(0, 5).forEach((field, n) => {
    const images = papers.bluecher2020.cubeSymmetries.map((map) => map.map((from) => filter[from]));
    const direct = core.mean(images.map((image) => meanSquare(image, field)));
    const projected = names.reduce((sum, name, d) => sum + a[d] * operators[name][n], 0);
    expect(projected).toBeCloseTo(direct, 10);
  });
});

test("a staggered filter has the other sign on orbits of odd distance", () => {
  const filter = Array.from(normals(8));
  const parity = papers.bluecher2020.cubeCorners.map(([a, b, c]) => ((a + b + c) % 2 ? -1 : 1));
  const [plain, staggered] = [orbits(filter), orbits(filter.map((w, k) => w * parity[k]))];
  plain.forEach((value, d) => expect(staggered[d]).toBeCloseTo(d % 2 ? -value : value, 12));
});

test("a squared bottleneck is bilinear: trained on products it is the network on the field", () => {
  const { network, head, trunk, layers } = pooledNetwork({
    filters: 3,
    hidden: 4,
    activation: "square",
  });
  const theta = nn.kaimingNormal(network, core.makeRng(5)).map((v) => v + 0.1); // biases too
  const some = fields.slice(0, 6);
  const own = toBilinear(theta, 3);
  const flipped = allProducts(
    some.map((field) => field.map((v) => -v)),
    lattice,
  );
  const direct = predicted(head, theta, features(trunk, theta, { fields: some, extent: 4 }));
  const products = allProducts(some, lattice);
  const short = nn.predict(bilinearNetwork(3, layers), own, products).data;
  direct.forEach((value, n) => expect(0.2 * short[n]).toBeCloseTo(value, 10));
  expect(Array.from(fromBilinear(own, 3))).toEqual(Array.from(theta));
  const always = { uniform: () => 0 } as core.Rng;
  signFlips.apply(products.data, 6, 81, always);
  flipped.data.forEach((value, p) => expect(products.data[p]).toBeCloseTo(value, 12));
});

/** (φ + φ′)² and (φ − φ′)² along each axis, whose difference is 4 φφ′. */
const pairs = [1, 2, 4].flatMap((step) =>
  [1, -1].map((sign) => Array.from({ length: 8 }, (_, k) => (k === 0 ? 1 : k === step ? sign : 0))),
);

test("filters that make φφ′ by hand give φφ′ back, alone and with correlation 1", () => {
  const { trunk } = pooledNetwork({ filters: 6, hidden: 2, activation: "square" });
  const theta = new Float64Array(trunk.parameterCount);
  theta.set(pairs.flat());
  const pooled = columnsOf(features(trunk, theta, { fields, extent: 4 }));
  const output = operators["φφ′"].map((_, n) =>
    pooled.reduce((sum, f, k) => sum + ((k % 2 ? -1 : 1) * f[n]) / 12, 0),
  );
  const { terms, explained } = formulaOf(output, operators, runs, core.makeRng(1));
  expect(terms.map(({ name }) => name)).toEqual(["φφ′"]);
  expect(terms[0].coefficient).toBeCloseTo(1, 6);
  expect(explained).toBeCloseTo(1, 6);
  expect(partial(operatorOf(terms, operators), operators["φφ′"], runs)).toBeCloseTo(1, 6);
  expect(printed(terms, [0.1, 2, -3, 0])).toBe("κ̂ = 0.100 + 2.00 O − 3.00 O² + 0.00 O³,  O = φφ′");
});

test("bottleneck and head are the network, and windows go on behind the end of the lattice", () => {
  const { network, trunk, head } = pooledNetwork({ filters: 3, hidden: 4, activation: "relu" });
  const theta = nn.kaimingNormal(network, core.makeRng(3));
  const some = { fields: fields.slice(0, 3), extent: 4 };
  const x = core.tensor([3, 1, 5, 5, 5]);
  some.fields.forEach((field, n) => periodic(field, 4, x.data, 125 * n));
  const whole = nn.predict(network, theta, x).data;
  const parted = predicted(head, theta, features(trunk, theta, some, 2));
  whole.forEach((value, n) => expect(parted[n]).toBeCloseTo(0.2 * value, 12));
  const filter = Array.from(theta.subarray(0, 8));
  const square = pooledNetwork({ filters: 1, hidden: 2, activation: "square" }).trunk;
  const [first] = features(square, Float64Array.of(...filter, 0), some).data;
  expect(first).toBeCloseTo(meanSquare(filter, fields[0]), 10);
});

test("two columns that follow κ alone correlate over the scan and not at fixed κ", () => {
  const long = runsOf(20, 200);
  const follows = () =>
    Float64Array.from(long.flatMap(({ kappa }) => Array.from(normals(200), (v) => v / 20 + kappa)));
  const [a, b] = [follows(), follows()];
  expect(raw(a, b, long)).toBeGreaterThan(0.9);
  expect(Math.abs(partial(a, b, long))).toBeLessThan(4 / Math.sqrt(4000)); // 4 σ: 1 in 16,000
});

test("selection finds the terms of a sum, and takes a third in few draws of twenty", () => {
  const many = runsOf(20, 20);
  const counts = Array.from({ length: 20 }, () => {
    const columns = Array.from({ length: 6 }, () => normals(400));
    const y = columns[4].map((v, n) => v - 0.5 * columns[2][n] + 0.5 * rng.normal());
    const { order, count } = selected(products([...columns, y], many));
    expect(order.slice(0, 2)).toEqual([4, 2]);
    return count;
  });
  expect(counts.every((count) => count >= 2)).toBe(true);
  expect(counts.filter((count) => count > 2).length).toBeLessThanOrEqual(6);
});

test("an output that is steeper at one end is told from one that knows a second operator", () => {
  const long = runsOf(40, 60);
  const kappa = long.map((run) => run.kappa);
  const each = long.flatMap((run) => new Array<number>(60).fill(run.kappa));
  const first = normals(2400).map((v, n) => v * (1 + each[n]));
  // varies where the output is flat, together with the first
  const second = first.map((v, n) => (each[n] > 0.3 ? v : 0) + 0.1 * rng.normal());
  const y = first.map((v, n) => v * (1.2 - 2 * each[n]) + 0.3 * rng.normal());
  const sums = products([first, second, y], long);
  expect(selected(sums).count).toBe(2);
  const slope = slopes(sums, kappa);
  const mean = core.mean(kappa.map((at) => 1.2 - 2 * at));
  kappa.forEach((at, r) => expect(Math.abs(slope[r] - (1.2 - 2 * at) / mean)).toBeLessThan(0.1));
  expect(selected(steeper(sums, slope)).count).toBe(1);
});

test("least squares leave nothing that their columns know", () => {
  const columns = [normals(50), normals(50), normals(50)];
  const sums = total(products(columns, runsOf(1, 50)));
  const { coefficients, left } = solved(sums, [0, 1]);
  const rest = columns[2].map(
    (y, n) => y - coefficients[0] * columns[0][n] - coefficients[1] * columns[1][n],
  );
  expect(core.dot(rest, columns[0])).toBeCloseTo(0, 10);
  expect(core.dot(rest, columns[1])).toBeCloseTo(0, 10);
  expect(left).toBeCloseTo(core.dot(rest, rest), 10);
});

test("calibration gives a cubic back", () => {
  const truth = [0.1, -2, 3, 4];
  const at = [-0.3, -0.2, -0.1, 0, 0.15, 0.25];
  const found = calibrated(at, at.map(polynomial(truth)), 3);
  truth.forEach((c, p) => expect(found[p]).toBeCloseTo(c, 8));
});

test("an efficient estimator is at the bound, one of correlation r with Σφφ′ at 1/r of it", () => {
  const long = runsOf(40, 60);
  const links = 100;
  // an exponential family: with Var L = 1/(4 δ²) at every κ, κ + 2 δ² (L − ⟨L⟩) is efficient
  const delta = 0.05;
  const z = normals(2400);
  const noise = normals(2400);
  const kappa = Float64Array.from(long.flatMap((run) => new Array<number>(60).fill(run.kappa)));
  const neighbours = z.map((v) => v / (2 * delta * links));
  const bounds = boundsSquared(neighbours, long, links);
  expect(Math.sqrt(core.mean(bounds)) / delta).toBeCloseTo(1, 1); // 1.5 % statistical
  const efficient = kappa.map((k, n) => k + delta * z[n]);
  const worse = kappa.map((k, n) => k + delta * (z[n] + noise[n]));
  const [best, other] = [efficient, worse].map((e) => judged(e, kappa, long, bounds));
  expect(Math.abs(best.ratio - 1)).toBeLessThan(4 * best.error);
  expect(best.slope).toBeCloseTo(1, 1);
  expect(Math.abs(other.ratio * partial(worse, neighbours, long) - 1)).toBeLessThan(0.05);
});

test("a column that is constant at a κ correlates with nothing", () => {
  const answers = compared(new Float64Array(90), operators, runs);
  expect(Object.values(answers).every(({ fixed, scan }) => fixed === 0 && scan === 0)).toBe(true);
});

test("the library is even and has each operator once", () => {
  const flipped = measured([fields[0].map((v) => -v)], lattice);
  for (const { name } of library) expect(flipped[name][0]).toBeCloseTo(operators[name][0], 12);
  expect(operators["φφ′"][0]).toBeCloseTo(
    physics.nearestNeighbourCorrelator(fields[0], lattice),
    12,
  );
  expect(operators.C_face[0]).toBeCloseTo(physics.diagonalCorrelator(fields[0], lattice), 12);
});
