// Where phases end along a scan, by definitions that know nothing of networks.
import { core } from "phaselens";

/**
 * Fidelity susceptibility per site between neighbours of a scan,
 *
 *   χ_F = −2 ln|⟨ψ(V₂)|ψ(V₂ + δ)⟩| / (L δ²)
 *
 * at the points between them. Its maxima are the boundaries of this study.
 */
export function susceptibility(points, sites) {
  return points.slice(1).map(({ secondInteraction, state }, k) => {
    const step = secondInteraction - points[k].secondInteraction;
    const overlap = Math.abs(core.dot(points[k].state, state));
    return {
      at: secondInteraction - step / 2,
      value: (-2 * Math.log(overlap)) / (sites * step * step),
    };
  });
}

/** Where a curve { at, value } is highest, by the parabola through three points. */
export function maxima(curve) {
  const found = [];
  for (let k = 1; k + 1 < curve.length; k++) {
    const [left, top, right] = [curve[k - 1], curve[k], curve[k + 1]].map(({ value }) => value);
    if (!(top > left && top >= right)) continue;
    const shift = (left - right) / (2 * (left - 2 * top + right));
    found.push(curve[k].at + shift * (curve[k + 1].at - curve[k].at));
  }
  return found;
}

/** Maxima of the slope of an order, sign ±1 for where it rises or falls. */
export function steepest(points, order, sign) {
  const slopes = points.slice(1).map((point, k) => ({
    at: (point.secondInteraction + points[k].secondInteraction) / 2,
    value: sign * (point[order] - points[k][order]),
  }));
  const [first] = maxima(slopes).sort((a, b) => valueAt(slopes, b) - valueAt(slopes, a));
  return first ?? null;
}

const valueAt = (curve, at) =>
  curve.reduce((near, one) => (Math.abs(one.at - at) < Math.abs(near.at - at) ? one : near)).value;

/**
 * Boundaries of a scan by three definitions: maxima of χ_F; the steepest fall of S(π) and rise of
 * S(π/2); where the order 1100 overtakes 1010.
 */
export function boundariesOf(points, sites) {
  return {
    susceptibility: maxima(susceptibility(points, sites)),
    fall: steepest(points, "single", -1),
    rise: steepest(points, "double", 1),
    overtakes: points.find((point) => point.double > point.single)?.secondInteraction ?? null,
  };
}
