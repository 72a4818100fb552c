"""Jets of an event: anti-k_T, soft drop, the selection of the CMS sample, and which of them are wanted."""

import math

import fastjet

import store
import truth

RADIUS = 0.8
SOFT_DROP = 0.1  # z_cut, β = 0
LARGEST_RAPIDITY = 5.0
# inside of the limits of the measurement by more than the store's precision
LOWEST_PT, HIGHEST_PT = 300.01, 1999.9
LOWEST_MASS, HIGHEST_MASS = 40.0, 200.0
LARGEST_ETA = 2.0
GHOST = 1e-20

ANTI_KT = fastjet.JetDefinition(fastjet.antikt_algorithm, RADIUS)
CAMBRIDGE_AACHEN = fastjet.JetDefinition(fastjet.cambridge_algorithm, 10.0)


def delta_r(jet, p):
    phi = abs(jet.phi_std() - p.phi())
    return math.hypot(jet.eta() - p.eta(), min(phi, 2 * math.pi - phi))


class Jet:
    """Its visible constituents by index, and the marks whose ghosts are clustered into it."""

    def __init__(self, found, marks):
        members = found.constituents()
        self.visible = [p for p in members if p.user_index() > 0]
        self.marked = [marks[-1 - p.user_index()] for p in members if p.user_index() < 0]
        self.momentum = fastjet.PseudoJet(*(sum(getattr(p, c)() for p in self.visible) for c in ("px", "py", "pz", "e")))
        self.eta, self.phi_std, self.pt = self.momentum.eta, self.momentum.phi_std, self.momentum.pt

    def count(self, kind):
        return sum(1 for name, _ in self.marked if name == kind)

    def groomed(self):
        """Soft drop: mass, and indices outside and in both subjets; None where nothing splits hard enough."""
        clustering = fastjet.ClusterSequence(self.visible, CAMBRIDGE_AACHEN)
        whole = clustering.inclusive_jets()[0]
        one, other = fastjet.PseudoJet(), fastjet.PseudoJet()
        while whole.has_parents(one, other):
            if min(one.pt(), other.pt()) >= SOFT_DROP * (one.pt() + other.pt()):
                inside = [[p.user_index() for p in side.constituents()] for side in (one, other)]
                kept = set(inside[0]) | set(inside[1])
                outside = [p.user_index() for p in self.visible if p.user_index() not in kept]
                return whole.m(), [outside, *inside]
            whole = fastjet.PseudoJet(one if one.pt2() > other.pt2() else other)
        return None


def find_jets(event, record):
    """The two hardest jets."""
    inputs = []
    for i in range(1, event.size()):
        p = event[i]
        if p.isFinal() and p.isVisible() and abs(p.y()) < LARGEST_RAPIDITY:
            vector = fastjet.PseudoJet(p.px(), p.py(), p.pz(), p.e())
            vector.set_user_index(i)
            inputs.append(vector)
    marks = record.marks()
    for k, (_, i) in enumerate(marks):
        p = event[i]
        vector = fastjet.PseudoJet(GHOST * p.px(), GHOST * p.py(), GHOST * p.pz(), GHOST * p.e())
        vector.set_user_index(-1 - k)
        inputs.append(vector)
    clustering = fastjet.ClusterSequence(inputs, ANTI_KT)
    hardest = fastjet.sorted_by_pt(clustering.inclusive_jets(LOWEST_PT))[:2]
    return [Jet(found, marks) for found in hardest]


def initiator(event, jet):
    """Code of the outgoing parton of the hard process that the jet is of: 21, 1 for light quarks, 4 or 5; 0 if none is in it."""
    inside = [p for p in (event[5], event[6]) if delta_r(jet, p) < RADIUS]
    if not inside:
        return 0
    code = max(inside, key=lambda p: p.pT()).idAbs()
    return 1 if code <= 3 else code


def holds_higgs(event, jet):
    """Whether the boson and both quarks from it lie in the jet."""
    for i in range(5, event.size()):
        if event[i].id() == 25 and event[i].statusAbs() == 62:
            return all(delta_r(jet, event[k]) < RADIUS for k in (i, *event[i].daughterList()))
    return False


def selected_jets(event, process):
    """What is stored of the jets of an event that are selected."""
    record = truth.Record(event)
    chosen = []
    for jet in find_jets(event, record):
        if not (jet.pt() <= HIGHEST_PT and abs(jet.eta()) < LARGEST_ETA and jet.pt() >= LOWEST_PT):
            continue
        flavour = initiator(event, jet) if process == "qcd" else 25 if holds_higgs(event, jet) else 0
        groomed = jet.groomed() if flavour else None
        if groomed is None or not LOWEST_MASS <= groomed[0] <= HIGHEST_MASS:
            continue
        out = store.store(record, jet, groomed[1])
        out.update(signal=int(process != "qcd"), flavour=flavour, bottomHadrons=jet.count("b"), charmHadrons=jet.count("c"))
        out.update(gluonToBottom=jet.count("gb"), gluonToCharm=jet.count("gc"))
        out["match"] = (jet.pt(), groomed[0], jet.eta())
        chosen.append(out)
    return chosen
