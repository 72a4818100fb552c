"""A jet as numbers of few bytes. `numbersOfParticle` and its neighbours in lib/src/physics/jets/particleJets.ts read them."""

import math

import numpy as np

LOWEST_PT = 0.75  # GeV; softer particles are no tracks and are summed up with the neutral ones
FARTHEST = 200.0  # mm from the beam; what is charged farther out likewise
PT_STEP = 1.25e-4  # of ln(p_T / GeV)
ANGLE_STEP = 4e-5  # of η less that of the jet, and of φ
MASSES = {11: 0.00051099895, 13: 0.1056583755, 211: 0.13957039, 321: 0.493677, 2212: 0.93827209}  # GeV; Particle Data Group 2022
CODES = {code: k for k, code in enumerate(MASSES)}
PT_OFFSET = math.log(0.7)

COLUMNS = {
    # of each jet
    "signal": "uint8", "flavour": "uint8", "bottomHadrons": "uint8", "charmHadrons": "uint8", "gluonToBottom": "uint8",
    "gluonToCharm": "uint8", "particles": "uint16", "decays": "uint8", "eta": "float32", "rest": "float32",
    # of each decay
    "decayOrigin": "uint8", "decayParent": "uint8", "decayHadron": "uint16", "decayPoint": "float32", "decayBoost": "float32",
    # of each charged particle
    "pt": "uint16", "etaFromJet": "int16", "phi": "int16", "kind": "uint8", "decay": "uint8",
}


def quantise(pt, eta, phi, jet_eta):
    """Whole numbers of the steps, and the momentum that they stand for; φ is that from the jet's."""
    numbers = (round((math.log(pt) - PT_OFFSET) / PT_STEP), round((eta - jet_eta) / ANGLE_STEP), round(phi / ANGLE_STEP))
    return numbers, (math.exp(PT_OFFSET + PT_STEP * numbers[0]), jet_eta + ANGLE_STEP * numbers[1], ANGLE_STEP * numbers[2])


def store(record, jet, parts):
    """
    A jet of the event, turned to φ = 0: charged particles one by one, everything else that is visible as one sum for each subjet. That
    sum also takes what rounding took from the charged ones, so that momenta of jet and subjets are those of the event.
    :param parts: particles outside, in subjet 1 and in subjet 2, by index
    """
    event = record.event
    jet_eta = float(np.float32(jet.eta()))
    turn = jet.phi_std()
    cosine, sine = math.cos(turn), math.sin(turn)
    decays = {}

    def decay(i):
        """Number of the decay of i, from 1, and of those before it."""
        if i == 0:
            return 0
        if i not in decays:
            decay(record.flier(i))
            decays[i] = len(decays) + 1
        return decays[i]

    particles = {name: [] for name in ("pt", "etaFromJet", "phi", "kind", "decay")}
    rest = np.zeros((3, 4))
    for subjet, indices in enumerate(parts):
        for i in indices:
            p = event[i]
            px, py, pz, energy = cosine * p.px() + sine * p.py(), cosine * p.py() - sine * p.px(), p.pz(), p.e()
            rest[subjet] += (energy, px, py, pz)
            pt = math.hypot(px, py)
            code = CODES.get(p.idAbs())
            if code is None or pt < LOWEST_PT:
                continue
            mother = record.flier(i)
            if mother and math.hypot(event[mother].xDec(), event[mother].yDec()) > FARTHEST:
                continue
            numbers, (pt, eta, phi) = quantise(pt, math.asinh(pz / pt), math.atan2(py, px), jet_eta)
            pz = pt * math.sinh(eta)
            mass = MASSES[p.idAbs()]
            rest[subjet] -= (math.sqrt(pt * pt + pz * pz + mass * mass), pt * math.cos(phi), pt * math.sin(phi), pz)
            for name, number in zip(particles, (*numbers, code + 8 * subjet, decay(mother)), strict=True):
                particles[name].append(number)
    for i in [i for kind, i in jet.marked if kind in "bc"]:
        decay(i)

    out = {name: np.array(values, COLUMNS[name]) for name, values in particles.items()}
    hadrons = [event[i] for i in decays]
    out["decayOrigin"] = np.array([record.origin(i) for i in decays], "uint8")
    out["decayParent"] = np.array([decay(record.flier(i)) for i in decays], "uint8")
    out["decayHadron"] = np.array([p.idAbs() for p in hadrons], "uint16")
    points = [(cosine * p.xDec() + sine * p.yDec(), cosine * p.yDec() - sine * p.xDec(), p.zDec()) for p in hadrons]
    out["decayPoint"] = np.array(points, "float32").reshape(-1) / np.float32(10)  # cm
    out["decayBoost"] = np.array([p.pAbs() / p.m() for p in hadrons], "float32")
    out["rest"] = rest.astype("float32").reshape(-1)
    out["eta"] = np.float32(jet_eta)
    out["particles"] = len(particles["pt"])
    out["decays"] = len(decays)
    return out
