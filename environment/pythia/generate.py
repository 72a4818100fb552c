"""Makes data/neubauer2022-pythia.json and .gz; started by `npm run pythia`, see pythia.mjs."""

import argparse
import gzip
import hashlib
import importlib.metadata
import json
import math
import multiprocessing
import os
import platform
import sys
from pathlib import Path

import fastjet
import numpy as np

import events
import jets
import matching
import store

# Waves are made until there are enough pairs, so their size may depend on the jets wanted but not on the number of processes.
EVENTS = {"qcd": 500, "higgs": 250}  # of a run
RUNS = {"qcd": 1, "higgs": 2}  # of a wave for each 400 jets wanted, up to the eighth part
PART, MOST_PARTS = 400, 8

LICENCE = (
    "These numbers are phaselens' own, under its MIT licence. Pythia (GPL-2.0-or-later; C. Bierlich et al., SciPost Phys. Codebases 8 "
    "(2022)) and fastjet (GPL; M. Cacciari, G. P. Salam, G. Soyez, EPJ C 72 (2012) 1896) made them as tools and are not part of phaselens."
)


def make_run(task):
    """One run of one process: its selected jets, and what is known of it as a whole."""
    process, run, count, seed = task
    pythia = events.generator(process, run, seed)
    found, failed = [], 0
    for _ in range(count):
        if pythia.next():
            found += jets.selected_jets(pythia.event, process)
        else:
            failed += 1
    return found, {"sigma": pythia.infoPython().sigmaGen(), "failed": failed}


def make_set(pool, name, wanted, seed):
    """Jets of one set, QCD and signal in turn, and its counts."""
    found = {"qcd": [], "higgs": []}
    counts = {process: {"runs": 0, "events": 0, "failed": 0, "selected": 0, "sigmas": []} for process in EVENTS}
    parts = min(MOST_PARTS, math.ceil(wanted / PART))
    while True:
        for process, size in EVENTS.items():
            count = counts[process]
            runs = parts * RUNS[process]
            first = count["runs"]
            tasks = [(process, run, size, events.seed_of(seed, f"{name}/{process}/{run}")) for run in range(first, first + runs)]
            for got, about in pool.imap(make_run, tasks):
                found[process] += got
                count["failed"] += about["failed"]
                count["sigmas"].append(about["sigma"])
            count["runs"] += runs
            count["events"] += runs * size
            count["selected"] = len(found[process])
        pairs = matching.matched_pairs(found["qcd"], found["higgs"], events.seed_of(seed, f"{name}/order"))
        print(f"{name}: {2 * len(pairs)} of {wanted} jets", flush=True)
        if 2 * len(pairs) >= wanted:
            return [jet for pair in pairs[: wanted // 2] for jet in pair], counts | {"pairs": len(pairs)}


def pack(sample):
    """Columns one after the other, little endian."""
    columns = []
    for name, dtype in store.COLUMNS.items():
        joined = np.concatenate([np.atleast_1d(jet[name]) for jet in sample]).astype(np.dtype(dtype).newbyteorder("<"))
        columns.append((name, dtype, joined))
    described = [{"name": name, "type": dtype, "length": int(values.size)} for name, dtype, values in columns]
    return described, b"".join(values.tobytes() for _, _, values in columns)


def provenance(seed, counts):
    """How the sample was made."""
    of_all = {process: [sigma for one in counts.values() for sigma in one[process]["sigmas"]] for process in EVENTS}
    masses = [events.higgs_mass(run) for one in counts.values() for run in range(one["higgs"]["runs"])]
    nearest = min(range(len(masses)), key=lambda k: abs(masses[k] - 125))
    for one in counts.values():
        for process in EVENTS:
            del one[process]["sigmas"]
    return {
        "command": "npm run pythia",
        "seed": seed,
        "versions": {
            "pythia": importlib.metadata.version("pythia8mc"),
            "fastjet": fastjet.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "settings": {
            "common": events.COMMON,
            "qcd": events.QCD,
            "higgs": [
                *events.HIGGS,
                f"25:m0 from {events.LIGHTEST} to {events.HEAVIEST} GeV, one value a run, evenly spread in its logarithm",
            ],
            "tune": "Monash 2013 with NNPDF2.3 QCD+QED LO, Pythia's default",
        },
        "jets": {
            "algorithm": f"anti-kT, R = {jets.RADIUS}, the two hardest of an event",
            "grooming": f"soft drop on Cambridge/Aachen, z_cut = {jets.SOFT_DROP}, beta = 0",
            "selection": (
                f"p_T {jets.LOWEST_PT:.0f} to 2000 GeV, groomed mass {jets.LOWEST_MASS:.0f} to {jets.HIGHEST_MASS:.0f} GeV, "
                f"|eta| < {jets.LARGEST_ETA:.0f}; "
                "an outgoing parton of the hard process, or the Higgs boson and both its quarks, in the cone"
            ),
            "matching": (
                f"pairs of QCD and signal from the same of {matching.PT_BINS} bins of ln p_T, bins of {matching.MASS_BIN:.0f} GeV of mass "
                f"and of {matching.ETA_BIN} of |eta|; events count alike, the weights of bias2Selection are dropped"
            ),
            "ordering": "QCD and signal in turn",
        },
        "crossSections": {
            "unit": "pb, p_T-hat above 250 GeV, without branching fractions",
            "qcd": float(f"{1e9 * np.mean(of_all['qcd']):.4g}"),
            "higgs": {"mass": round(masses[nearest], 1), "value": float(f"{1e9 * of_all['higgs'][nearest]:.4g}")},
        },
        "counts": counts,
    }


def write(path, data):
    """Whole or not at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    draft.write_bytes(data)
    draft.replace(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jets", type=int, default=12000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    sample, sets, counts = [], {}, {}
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for name, wanted in (("training", options.jets), ("test", 2 * math.ceil(options.jets / 4))):
            made, counts[name] = make_set(pool, name, wanted, options.seed)
            sets[name] = {"first": len(sample), "jets": len(made)}
            sample += made
    columns, data = pack(sample)
    about = {
        "format": "phaselens-particle-jets",
        "version": 1,
        "title": "Jets from Pythia 8, QCD and H to bb, in place of the sample of Neubauer and Roy 2022",
        "licence": LICENCE,
        "sets": sets,
        "columns": columns,
        "steps": {"pt": store.PT_STEP, "ptOffset": store.PT_OFFSET, "angle": store.ANGLE_STEP, "masses": list(store.MASSES.values())},
        "sha256": hashlib.sha256(data).hexdigest(),
        "provenance": provenance(options.seed, counts),
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write(options.out.with_name(options.out.name + ".gz"), gzip.compress(data, 9, mtime=0))
    write(options.out.with_name(options.out.name + ".json"), (json.dumps(about, indent=2) + "\n").encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
