"""What the event record knows: hadrons that fly, the decays that particles come from, quarks and gluons of the hard process."""

PRIMARY, FROM_BOTTOM, FROM_BOTTOM_CHARM, FROM_CHARM, FROM_V0 = 1, 2, 3, 4, 5  # as in lib/src/physics/jets/particles.ts
STRANGE = {310, 3122, 3112, 3222, 3312, 3322, 3334}  # K_S and the hyperons
TAU = 15
HADRONISED = 70  # codes of status from here on: partons handed to hadronisation, hadrons, decay products
SHOWERED = 51

_heavy = {}


def heavy_flavour(code):
    """5 or 4 for hadrons with open bottom or charm, else 0: quarkonia do not fly."""
    code = abs(code)
    known = _heavy.get(code)
    if known is None:
        third, second, first = (code // 10) % 10, (code // 100) % 10, (code // 1000) % 10
        quarkonium = first == 0 and second == third
        largest = 0 if code < 100 or code > 9_999_999 or quarkonium else max(first, second, third)
        known = largest if largest in (4, 5) else 0
        _heavy[code] = known
    return known


class Record:
    """One event: `flier(i)` is the particle whose decay particle i comes from, 0 for the primary vertex."""

    def __init__(self, event):
        self.event = event
        self._flier = {}
        self._flies = {}

    def flies(self, i):
        """Whether it is a hadron, or a tau, that decays weakly after some flight."""
        known = self._flies.get(i)
        if known is None:
            particle = self.event[i]
            code = particle.idAbs()
            flavour = heavy_flavour(code)
            if flavour:
                known = not any(heavy_flavour(self.event[d].id()) == flavour for d in particle.daughterList())
            else:
                known = code in STRANGE or code == TAU
            self._flies[i] = known
        return known

    def flier(self, i):
        known = self._flier.get(i)
        if known is None:
            known = 0
            if self.event[i].statusAbs() >= HADRONISED:
                mother = self.event[i].mother1()
                if mother > 0:
                    known = mother if self.flies(mother) else self.flier(mother)
            self._flier[i] = known
        return known

    def from_bottom(self, i):
        """Whether a bottom hadron is among the ancestors that flew."""
        mother = self.flier(i)
        return mother > 0 and (heavy_flavour(self.event[mother].id()) == 5 or self.from_bottom(mother))

    def origin(self, i):
        """PRIMARY … FROM_V0 of what comes from the decay of i."""
        flavour = heavy_flavour(self.event[i].id())
        if flavour == 5:
            return FROM_BOTTOM
        if flavour == 4:
            return FROM_BOTTOM_CHARM if self.from_bottom(i) else FROM_CHARM
        if self.event[i].idAbs() == TAU:
            mother = self.flier(i)
            return self.origin(mother) if mother else FROM_V0
        return FROM_V0

    def marks(self):
        """(kind, index) of what is counted in a jet: "b" and "c" hadrons, and gluons that split to "gb" or "gc" in the final state."""
        found = []
        for i in range(1, self.event.size()):
            code = self.event[i].id()
            flavour = heavy_flavour(code)
            if flavour and self.flies(i):
                if flavour == 5:
                    found.append(("b", i))
                elif not self.from_bottom(i):
                    found.append(("c", i))
            elif code in (4, 5) and self.event[i].statusAbs() == SHOWERED:
                mother = self.event[i].mother1()
                if mother > 0 and self.event[mother].id() == 21:
                    daughters = [d for d in self.event[mother].daughterList() if self.event[d].statusAbs() == SHOWERED]
                    if sorted(self.event[d].id() for d in daughters) == [-code, code]:
                        found.append(("gb" if code == 5 else "gc", mother))
        return found
