import { ConfigError, makeRng, type Rng } from "phaselens/core";
import { physics } from "phaselens";
import { describe, expect, it } from "vitest";
import { checkProposals } from "phaselens/internal/physics/spins/proposals";

type Random = (rng: Rng) => number;
type Propose = (value: number, width: number, rng: Rng) => number;

const lattice = physics.lattice([4, 4]);
const TURN = 2 * Math.PI;

/** Neighbours with a link e(a, b), by default −cos(a − b), which takes angles for what they are. */
function modelOf(
  random: Random,
  propose: Propose,
  bond = (a: number, b: number): number => -Math.cos(a - b),
): physics.SpinModel {
  return {
    lattice,
    name: "proposals",
    inverseTemperature: 1,
    states: { reference: 0, random, propose },
    energyDifference: (field, site, proposed) => {
      let change = 0;
      for (const n of lattice.neighbours.subarray(4 * site, 4 * site + 4))
        change += bond(proposed, field[n]) - bond(field[site], field[n]);
      return change;
    },
  };
}

const springs = (a: number, b: number): number => (a - b) ** 2 / 2;
const step = (width: number, rng: Rng): number => width * (2 * rng.uniform() - 1);
const unit: Random = (rng) => rng.uniform();
const angle: Random = (rng) => TURN * rng.uniform();
const heights: Random = (rng) => rng.integer(11);
const clamp = (value: number): number => Math.min(1, Math.max(0, value));
const inUnit = (value: number): boolean => value >= 0 && value <= 1;
const modulo = (value: number): number => value - TURN * Math.floor(value / TURN);
const centred = (value: number): number => modulo(value + Math.PI) - Math.PI;
const folded = (value: number): number => {
  const rest = value - 2 * Math.floor(value / 2);
  return rest > 1 ? 2 - rest : rest;
};
const twoWells: Random = (rng) => (rng.uniform() < 0.5 ? -1 : 1) * (0.5 + 0.5 * rng.uniform());
const inWells = (value: number): boolean => Math.abs(value) >= 0.5 && Math.abs(value) <= 1;

const fair: [string, physics.SpinModel][] = [
  ["reflects at the edges", modelOf(unit, (v, w, rng) => folded(v + step(w, rng)), springs)],
  [
    "reflects once, however wide the step",
    modelOf(unit, (v, w, rng) => {
      const y = v + step(3 * w, rng);
      return y < 0 ? -y : y > 1 ? 2 - y : y;
    }),
  ],
  [
    "returns the value where a step leaves the range",
    modelOf(unit, (v, w, rng) => {
      const y = v + step(w, rng);
      return inUnit(y) ? y : v;
    }),
  ],
  [
    "returns a value outside, which costs 1000/β",
    modelOf(
      unit,
      (v, w, rng) => v + step(w, rng),
      (a) => (inUnit(a) ? 0 : 1000),
    ),
  ],
  ["wraps angles", modelOf(angle, (v, w, rng) => modulo(v + step(w, rng)))],
  ["wraps angles about 0", modelOf(angle, (v, w, rng) => centred(v + step(w, rng)))],
  ["wraps as % does", modelOf(angle, (v, w, rng) => (v + step(w, rng)) % TURN)],
  ["leaves angles unwrapped", modelOf(angle, (v, w, rng) => v + step(w, rng))],
  ["any angle", modelOf(angle, (_v, _w, rng) => angle(rng))],
  [
    "wraps angles of a hot start of a few degrees",
    modelOf(
      (rng) => 0.1 * rng.uniform(),
      (v, w, rng) => centred(v + step(w, rng)),
    ),
  ],
  [
    "wraps fractions of a turn",
    modelOf(
      unit,
      (v, w, rng) => (v + step(w, rng) + 9) % 1,
      (a, b) => -Math.cos(TURN * (a - b)),
    ),
  ],
  [
    "eight directions, wrapped about 0",
    modelOf(
      (rng) => (TURN * rng.integer(8)) / 8,
      (v, _w, rng) => centred(v + ((rng.integer(2) - 0.5) * TURN) / 4),
    ),
  ],
  [
    "normal steps of normal values",
    modelOf(
      (rng) => rng.normal(),
      (v, w, rng) => v + w * rng.normal(),
      springs,
    ),
  ],
  [
    "normal steps far wider than the range",
    modelOf(
      (rng) => rng.normal(),
      (v, _w, rng) => v + 20 * rng.normal(),
      springs,
    ),
  ],
  ["narrow steps", modelOf(unit, (v, _w, rng) => folded(v + step(1e-3, rng)), springs)],
  [
    "a change of sign or a step",
    modelOf(
      (rng) => rng.normal(),
      (v, w, rng) => (rng.uniform() < 0.3 ? -v : v + step(w, rng)),
      springs,
    ),
  ],
  [
    "two wells apart",
    modelOf(
      twoWells,
      (v, w, rng) => {
        const y = v + step(w, rng);
        return inWells(y) ? y : v;
      },
      springs,
    ),
  ],
  [
    "heavy tails",
    modelOf(
      (rng) => rng.normal() / rng.normal(),
      (v, w, rng) => v + step(w, rng),
      springs,
    ),
  ],
  [
    "heights that stay at their edges",
    modelOf(
      heights,
      (v, _w, rng) => Math.min(10, Math.max(0, v + 2 * rng.integer(2) - 1)),
      springs,
    ),
  ],
  [
    "steps on a grid of a continuous start",
    modelOf(unit, (v, w, rng) => Math.round(100 * folded(v + step(w, rng))) / 100, springs),
  ],
  ["nothing moves", modelOf(unit, (v) => v, springs)],
  [
    "no energy",
    modelOf(
      unit,
      (v, w, rng) => folded(v + step(w, rng)),
      () => 0,
    ),
  ],
];

const unfair: [string, physics.SpinModel, RegExp][] = [
  [
    "stops at the edges",
    modelOf(unit, (v, w, rng) => clamp(v + step(w, rng)), springs),
    /states\.propose gives [01] from \d+ of 8192 different values/,
  ],
  [
    "stops at the edges, of no energy",
    modelOf(
      unit,
      (v, w, rng) => clamp(v + step(w, rng)),
      () => 0,
    ),
    /states\.propose gives [01] from/,
  ],
  [
    "stops at the lower edge alone, as the start does",
    modelOf(
      (rng) => Math.max(0, rng.normal()),
      (v, w, rng) => Math.max(0, v + step(w, rng)),
      springs,
    ),
    /states\.propose gives 0 from/,
  ],
  [
    "multiplies",
    modelOf(
      (rng) => 0.1 + rng.uniform(),
      (v, w, rng) => v * Math.exp(step(w, rng)),
      springs,
    ),
    /prefers a direction/,
  ],
  [
    "steps as wide as the value",
    modelOf(unit, (v, w, rng) => v + v * step(w, rng), springs),
    /prefers a direction/,
  ],
  [
    "a normal value, whatever the last",
    modelOf(
      (rng) => rng.normal(),
      (_v, _w, rng) => rng.normal(),
      springs,
    ),
    /prefers a direction/,
  ],
  [
    "pulls back to the middle",
    modelOf(unit, (v, w, rng) => folded(0.9 * v + 0.05 + step(w / 4, rng)), springs),
    /prefers a direction/,
  ],
  [
    "turns one way",
    modelOf(angle, (v, w, rng) => modulo(v + w * rng.uniform())),
    /prefers a direction/,
  ],
  [
    "drifts",
    modelOf(
      (rng) => rng.normal(),
      (v, w, rng) => v + step(w, rng) + 0.1 * w,
      springs,
    ),
    /prefers a direction/,
  ],
  [
    "heights that stop at their edges from two below",
    modelOf(heights, (v, _w, rng) => Math.min(10, Math.max(0, v + rng.integer(5) - 2)), springs),
    /prefers a direction/,
  ],
  [
    "steps back to the range by a draw",
    modelOf(unit, (v, w, rng) => {
      const y = v + step(w, rng);
      return inUnit(y) ? y : 0.1 * rng.uniform();
    }),
    /prefers a direction/,
  ],
];

describe("proposals of one's own", () => {
  const seeds = [1, 2];

  it.each(fair)("are not refused where the way back is as likely: %s", (_, model) => {
    for (const seed of seeds) checkProposals(model, makeRng(seed, "fair"));
  });

  it.each(unfair)("are refused where it is not: %s", (_, model, message) => {
    for (const seed of seeds)
      expect(() => checkProposals(model, makeRng(seed, "unfair"))).toThrow(message);
  });

  it("are tried before the first sweep, and the message says what to do", () => {
    const model = modelOf(unit, (v, w, rng) => clamp(v + step(w, rng)), springs);
    const sample = () =>
      physics.sampler(model).sample({ configurations: 4, thermalisation: 2, seed: 1, set: "a" });
    expect(sample).toThrow(ConfigError);
    expect(sample).toThrow("beyond an edge reflect, 2 edge − value, or return the value as it was");
  });
});
