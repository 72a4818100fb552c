import { ConfigError, NotConvergedError } from "../../core/errors.js";
import type { Rng } from "../../core/random/rng.js";
import { room } from "../../kernels/room.js";
import type { ActionTerm } from "../lattice/action.js";
import { makeDiracMemory } from "./diracMemory.js";
import type { LatticeMemory } from "../lattice/latticeMemory.js";
import { fillNormal } from "../sampling/normals.js";
import type { DiracParameters } from "../lattice/yukawaParameters.js";

/**
 * Tolerances of ‖χ − DᵀD x‖ / ‖χ‖. The force need not be exact, only a function of φ; the action
 * decides what is sampled.
 */
export interface SolverOptions {
  /** 1e-8 by default. */
  readonly forceTolerance?: number;
  /** 1e-11 by default. */
  readonly actionTolerance?: number;
  /** 2000 by default; at M_f = 20 five or six iterations do. */
  readonly maxIterations?: number;
}

/** @throws ConfigError  for a tolerance outside (0, 1) or less than one iteration */
export function checkSolver(options: SolverOptions): void {
  const { forceTolerance, actionTolerance, maxIterations } = options;
  for (const [name, value] of Object.entries({ forceTolerance, actionTolerance })) {
    if (value !== undefined && !(value > 0 && value < 1)) {
      const cure = "it must lie between 0 and 1, e.g. 1e-8";
      throw new ConfigError(`pseudofermions: ${name} is ${value}; ${cure}.`, { [name]: value });
    }
  }
  if (maxIterations !== undefined && !(Number.isSafeInteger(maxIterations) && maxIterations >= 1)) {
    const cure = "it must be a whole number of at least 1, e.g. 2000";
    const fact = `maxIterations is ${maxIterations}`;
    throw new ConfigError(`pseudofermions: ${fact}; ${cure}.`, { maxIterations });
  }
}

const INT32_MAX = 2 ** 31 - 1;

// No field of a chain has such |M_f + gφ|; one after a step too long next to det D = 0 does
const RUNAWAY = 1e6;

/** Vectors which the term takes from its memory. */
export const PSEUDOFERMION_VECTORS = 7;

/**
 * det(DᵀD) as an integral over auxiliary fields, ½ Σ_k χ_kᵀ (DᵀD)⁻¹ χ_k. One real χ gives
 * det(DᵀD)^½ = |det D|, so there are two.
 * `refresh` draws χ = Dᵀη with normal η, whose density is e^{−χᵀ(DᵀD)⁻¹χ/2}. Each solution starts
 * from 0, hence the force depends on φ and χ alone and trajectories are reversible. Before the
 * first `refresh` χ is 0 and the term vanishes.
 */
export function pseudofermionTerm(
  memory: LatticeMemory,
  parameters: DiracParameters,
  options: SolverOptions,
): ActionTerm {
  const { forceTolerance = 1e-8, actionTolerance = 1e-11, maxIterations = 2000 } = options;
  const { lattice, arena, rows, rowLength, pairs, table, force } = memory;
  const { sites } = lattice;
  const { f64 } = arena;
  const { phases, twiceMass, setMass } = makeDiracMemory(memory, parameters);
  const chi = [memory.vector(), memory.vector()];
  const x = memory.vector();
  const scratch = arena.doubles(room("solveDirac", "scratch", { rows, n: rowLength }));
  const reached = arena.doubles(1);
  const eta = f64.subarray(x, x + sites);
  const counters = { solves: 0, iterations: 0 };

  /** x ← (DᵀD)⁻¹χ, with A set before. Numbers that overflowed are left to show in the result. */
  const solve = (source: number, tolerance: number): void => {
    const iterations = arena.solveDirac(
      rows,
      rowLength,
      pairs,
      table,
      phases,
      twiceMass,
      source,
      x,
      scratch,
      reached,
      tolerance,
      Math.min(maxIterations, INT32_MAX), // what a kernel counts with
    );
    counters.solves++;
    counters.iterations += iterations;
    const residual = f64[reached];
    if (residual > tolerance && Number.isFinite(residual)) {
      const masses = f64.subarray(twiceMass, twiceMass + sites);
      const largest = masses.reduce((most, a) => Math.max(most, Math.abs(a)), 0);
      const left = `relative residual ${residual.toExponential(2)} after ${iterations} iterations`;
      const cure =
        largest > RUNAWAY
          ? `M_f + gφ reaches ${largest.toExponential(0)}, so the trajectory ran away: use more steps`
          : "D is close to singular: use more maxIterations, or a larger fermion mass";
      throw new NotConvergedError(
        `pseudofermions: ${left}, ${tolerance.toExponential(0)} asked for. ${cure}.`,
        { residual, iterations, tolerance, largest },
      );
    }
    if (!(residual <= tolerance)) eta.fill(NaN);
  };
  return {
    counters,
    value: () => {
      setMass();
      let sum = 0;
      for (const source of chi) {
        solve(source, actionTolerance);
        for (let i = 0; i < sites; i++) sum += f64[x + i] * f64[source + i];
      }
      return 0.5 * sum;
    },
    force: () => {
      setMass();
      for (const source of chi) {
        solve(source, forceTolerance);
        arena.addDiracForce(
          rows,
          rowLength,
          pairs,
          table,
          phases,
          twiceMass,
          x,
          scratch,
          force,
          parameters.yukawaCoupling,
        );
      }
    },
    refresh: (rng: Rng) => {
      setMass();
      for (const source of chi) {
        fillNormal(rng, eta);
        arena.dirac(rows, rowLength, pairs, table, phases, twiceMass, x, source, -1);
      }
    },
  };
}
