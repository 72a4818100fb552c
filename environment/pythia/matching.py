"""Pairs of a QCD and a signal jet that agree in p_T, groomed mass and |η|, so that none of these separates the classes."""

import math
import random

import jets

PT_BINS = 14  # of ln p_T
MASS_BIN = 8.0  # GeV
ETA_BIN = 0.5


def cell(pt, mass, eta):
    share = math.log(pt / jets.LOWEST_PT) / math.log(jets.HIGHEST_PT / jets.LOWEST_PT)
    return min(PT_BINS - 1, int(PT_BINS * share)), int(mass / MASS_BIN), int(abs(eta) / ETA_BIN)


def matched_pairs(qcd, signal, seed):
    """As many pairs as both classes can fill in each cell, in an order of their own."""
    cells = {}
    for side, found in enumerate((qcd, signal)):
        for jet in found:
            cells.setdefault(cell(*jet["match"]), ([], []))[side].append(jet)
    pairs = [pair for key in sorted(cells) for pair in zip(*cells[key], strict=False)]
    random.Random(seed).shuffle(pairs)
    return pairs
