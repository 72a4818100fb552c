"""The problem of one row: arrays and settings that our side wrote, and the comparison with its results."""
import json
import pathlib
import sys

import numpy as np


class Problem:
    def __init__(self, folder=None):
        self.folder = pathlib.Path(folder or sys.argv[1])
        self.settings = json.loads((self.folder / "problem.json").read_text())

    def array(self, name):
        return np.load(self.folder / f"{name}.npy")


def agree(what, ours, theirs, tolerance):
    """Stops the script unless both sides computed the same thing; differences relative to the largest value."""
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    if ours.shape != theirs.shape:
        sys.exit(f"{what}: shapes {ours.shape} (ours) and {theirs.shape} (peer) differ; the sides do not compute the same thing.")
    difference = float(np.abs(ours - theirs).max() / np.abs(ours).max())
    if not difference <= tolerance:
        allowed = f"allowed is {tolerance:.0e}"
        sys.exit(f"{what}: the sides differ by {difference:.1e} of the largest value, {allowed}; they do not compute the same.")
    print(json.dumps({"agreement": what, "difference": difference, "allowed": tolerance}), flush=True)
