// Ground states of the Fermi-Hubbard chain on the training grid of Dawid et al. 2021.
import { takeRows } from "phaselens/core";
import { peerOf, writePeerInputs } from "./peerInputs.mjs";
import { grids } from "phaselens/internal/papers/dawid2021/data";
import { groundStates } from "phaselens/internal/physics/hubbard/hubbard";

// states compared in full, both phases and both ends of the near-doublet
const COMPARED = [0, 250, 499, 500, 600, 750, 999];

/**
 * @param {number} sites
 * @param {number} dimension of the symmetric sector
 * @param {string} target
 */
function row(sites, dimension, target) {
  const id = `ground-states-${sites}`;
  return {
    id,
    ...(sites === 14 && {
      headline: `1000 ground states of the Fermi-Hubbard chain, ${sites} sites`,
    }),
    title: `1000 ground states at ${sites} sites, symmetric sector of ${dimension} states`,
    target,
    repetitions: 5,
    prepare() {
      const options = { sites, interactions: grids().training };
      const { interactions, energies, orderParameters, states } = groundStates(options);
      const expected = {
        expected_energies: energies,
        expected_order_parameters: orderParameters,
        expected_states: takeRows(states, COMPARED),
      };
      writePeerInputs(
        id,
        { interactions, ...expected },
        { sites, dimension, pinning: 1e-7, compared: COMPARED },
      );
      return options;
    },
    ours: groundStates,
    peer: peerOf(id, "SciPy eigh, lowest pair", "ground_states.py"),
  };
}

export const rows = [row(12, 62, "≤ 0.5 s"), row(14, 170, "≤ 4 s")];
