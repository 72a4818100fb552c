import { dot, makeRng, norm, NumericalError, row, ShapeError, tensor } from "phaselens/core";
import { cholesky, contourOf, damped, planeOf, whiten } from "phaselens/linalg";
import { describe, expect, it } from "vitest";
import { symmetricEigen } from "phaselens/internal/linalg/symmetricEigen";
import { denseOperator } from "phaselens/internal/linalg/operator";

const rng = makeRng(1, "plane");
const n = 7;
const vector = (): Float64Array => Float64Array.from({ length: n }, () => rng.normal());
const symmetric = tensor([n, n]);
for (let i = 0; i < n; i++)
  for (let j = 0; j <= i; j++) symmetric.data[i * n + j] = symmetric.data[j * n + i] = rng.normal();
const damping = 6; // the lowest eigenvalue is above −6, as the first test of whiten shows

describe("planeOf", () => {
  it("spans its two vectors by orthonormal ones, the first along the first", () => {
    const [a, b] = [vector(), vector()];
    const plane = planeOf(a, b);
    expect(dot(plane.first, plane.second)).toBeCloseTo(0, 15);
    expect(norm(plane.first)).toBeCloseTo(1, 15);
    expect(norm(plane.second)).toBeCloseTo(1, 15);
    expect(plane.project(a)).toMatchObject({
      x: expect.closeTo(norm(a), 13),
      y: expect.closeTo(0, 13),
    });
    expect(plane.project(b).share).toBeCloseTo(1, 14);
    expect(plane.project(b).y).toBeGreaterThan(0);
  });

  it("stays orthogonal for nearly parallel vectors", () => {
    const a = vector();
    const b = a.map((value, i) => value + (i === 2 ? 1e-7 : 0));
    const plane = planeOf(a, b);
    expect(Math.abs(dot(plane.first, plane.second))).toBeLessThan(1e-15);
  });

  it("refuses parallel, zero and unequal vectors", () => {
    const a = vector();
    expect(() =>
      planeOf(
        a,
        a.map((value) => -2 * value),
      ),
    ).toThrow("span no plane");
    expect(() => planeOf(a, new Float64Array(n))).toThrow(NumericalError);
    expect(() => planeOf(a, new Float64Array(n - 1))).toThrow(ShapeError);
  });
});

describe("the projection onto a plane", () => {
  it("keeps scalar products with vectors of the plane, whatever sticks out of it", () => {
    const [a, b, v] = [vector(), vector(), vector()];
    const plane = planeOf(a, b);
    const [inside, other] = [plane.project(b), plane.project(v)];
    expect(inside.x * other.x + inside.y * other.y).toBeCloseTo(dot(b, v), 13);
    expect(other.share).toBeLessThan(1);
    expect(other.share * norm(v)).toBeCloseTo(Math.hypot(other.x, other.y), 14);
  });

  it("counts a vector of length 0 as shown in full", () => {
    expect(planeOf(vector(), vector()).project(new Float64Array(n))).toEqual({
      x: 0,
      y: 0,
      share: 1,
    });
  });
});

describe("a form in a plane, and contourOf", () => {
  it("the quadratic form of the whole space has one value all along the contour", () => {
    const operator = damped(denseOperator(symmetric), { damping });
    const plane = planeOf(vector(), vector());
    const points = contourOf(plane.restrict(operator), 2.5, 17);
    expect(points).toHaveLength(18);
    expect(points[17]).toEqual(points[0]);
    for (const { x, y } of points) {
      const delta = plane.first.map((value, p) => x * value + y * plane.second[p]);
      expect(0.5 * dot(delta, operator.apply(delta))).toBeCloseTo(2.5, 12);
    }
  });

  it("is a circle of radius √(2 level) for the unit form, and refuses a form that is not positive definite", () => {
    for (const { x, y } of contourOf({ xx: 1, xy: 0, yy: 1 }, 2))
      expect(Math.hypot(x, y)).toBeCloseTo(2, 14);
    expect(() => contourOf({ xx: 1, xy: 2, yy: 1 }, 1)).toThrow(NumericalError);
    expect(() => contourOf({ xx: 1, xy: 0, yy: 1 }, 0)).toThrow(/level is 0/);
  });
});

describe("whiten", () => {
  const eigen = symmetricEigen(symmetric);
  const vectors = tensor([3, n], [...vector(), ...vector(), ...vector()]);

  it("turns products with the inverse into scalar products", () => {
    expect(eigen.values[0]).toBeGreaterThan(-damping);
    const shifted = tensor(
      [n, n],
      symmetric.data.map((value, k) => (k % (n + 1) === 0 ? value + damping : value)),
    );
    const inverse = cholesky(shifted).solveMany(vectors);
    const white = whiten(eigen, vectors, { damping });
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++)
        expect(dot(row(white, i), row(white, j))).toBeCloseTo(
          dot(row(vectors, i), row(inverse, j)),
          12,
        );
  });

  it("keeps the direction of an eigenvector", () => {
    const top = tensor([1, n], row(eigen.vectors, n - 1));
    const white = whiten(eigen, top, { damping });
    for (let p = 0; p < n; p++)
      expect(white.data[p]).toBeCloseTo(top.data[p] / Math.sqrt(eigen.values[n - 1] + damping), 13);
  });

  it("refuses an indefinite curvature and vectors of another length", () => {
    expect(() => whiten(eigen, vectors)).toThrow(`Use a damping > ${-eigen.values[0]}`);
    expect(() => whiten(eigen, tensor([2, n + 1]), { damping })).toThrow(ShapeError);
  });
});
