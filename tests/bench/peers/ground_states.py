"""Ground states in the symmetric sector, one dense problem each: LAPACK's `syevr` for the lowest pair only, the fastest of
SciPy's and NumPy's ways (a third of the time of a full `eigh`). Energies, states in the full basis and order parameters, as ours."""
import numpy as np
from scipy.linalg import eigh

from hubbard_sector import Sector
from problem import Problem, agree
from repetitions import measure

problem = Problem()
settings = problem.settings
interactions = problem.array("interactions")
sector = Sector(settings["sites"])
if sector.dimension != settings["dimension"]:
    raise SystemExit(f"the sector has {sector.dimension} states, {settings['dimension']} were expected")
lowest_pairs = sector.pairs.min()
diagonal = np.diag_indices(sector.dimension)


def ground_states():
    energies = np.empty(len(interactions))
    amplitudes = np.empty((len(interactions), sector.dimension))
    for k, interaction in enumerate(interactions):
        # counted from the lowest interaction energy, so that the pinning of 1e-7 keeps its digits
        matrix = sector.hopping.copy()
        matrix[diagonal] += interaction * (sector.pairs - lowest_pairs) + settings["pinning"] * sector.staggered
        values, vectors = eigh(matrix, subset_by_index=[0, 0], overwrite_a=True, check_finite=False)
        energies[k] = values[0] + interaction * lowest_pairs
        amplitudes[k] = vectors[:, 0]
    amplitudes *= np.sign(amplitudes.sum(axis=1))[:, None] / np.sqrt(sector.size)
    states = amplitudes[:, sector.label]
    densities = states**2 @ sector.occupation
    order_parameters = np.abs(densities - np.roll(densities, -1, axis=1)).mean(axis=1)
    return energies, states, order_parameters


energies, states, order_parameters = ground_states()
agree("energies", problem.array("expected_energies"), energies, 1e-11)
agree("states", problem.array("expected_states"), states[settings["compared"]], 1e-6)
agree("order parameters", problem.array("expected_order_parameters"), order_parameters, 1e-6)
measure(ground_states)
