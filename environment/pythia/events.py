"""Collisions from Pythia 8: the two processes, their settings and seeds."""

import hashlib

import pythia8mc

COMMON = [
    "Print:quiet = on",
    "Beams:idA = 2212",
    "Beams:idB = 2212",
    "Beams:eCM = 13000.",
    # K_S and hyperons that leave the tracker count as stable
    "ParticleDecays:limitCylinder = on",
    "ParticleDecays:xyMax = 1200.",
    "ParticleDecays:zMax = 3000.",
]

# bias2Selection flattens the steep spectra of p_T; its weights are dropped, as samples merged from bins of p_T are flat too
QCD = [
    "HardQCD:all = on",
    "PhaseSpace:pTHatMin = 250.",
    "PhaseSpace:bias2Selection = on",
    "PhaseSpace:bias2SelectionPow = 3.5",
    "PhaseSpace:bias2SelectionRef = 300.",
]

HIGGS = [
    "HiggsSM:ffbar2HZ = on",
    "PhaseSpace:pTHatMin = 250.",
    "PhaseSpace:bias2Selection = on",
    "PhaseSpace:bias2SelectionPow = 2.5",
    "PhaseSpace:bias2SelectionRef = 300.",
    "23:onMode = off",
    "23:onIfAny = 12 14 16",
    "25:onMode = off",
    "25:onIfMatch = 5 -5",
    "25:doForceWidth = on",
    "25:mWidth = 0.004",
    "25:mMin = 10.",
]

LIGHTEST, HEAVIEST = 44.0, 230.0  # GeV
GOLDEN = 0.6180339887498949


def seed_of(seed, label):
    """A seed of Pythia's (1 to 900,000,000) for one run of a sample."""
    digest = hashlib.sha256(f"{seed}/{label}".encode()).digest()
    return 1 + int.from_bytes(digest[:8], "little") % 900_000_000


def higgs_mass(run):
    """Mass of the boson in a run, GeV: evenly spread in ln m over the jets' masses by the golden ratio's sequence."""
    return LIGHTEST * (HEAVIEST / LIGHTEST) ** ((GOLDEN * (run + 1)) % 1)


def settings_of(process, run):
    if process == "qcd":
        return COMMON + QCD
    return COMMON + HIGGS + [f"25:m0 = {higgs_mass(run):.4f}"]


def generator(process, run, seed):
    """Pythia, ready to make the events of one run."""
    pythia = pythia8mc.Pythia("", False)
    for line in settings_of(process, run) + ["Random:setSeed = on", f"Random:seed = {seed}"]:
        if not pythia.readString(line):
            raise RuntimeError(f"Pythia does not know the setting {line!r}.")
    if not pythia.init():
        raise RuntimeError(f"Pythia could not be initialised for {process}, run {run}.")
    return pythia
