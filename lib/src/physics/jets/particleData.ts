// Units throughout: GeV for energies, momenta and masses (c = 1), cm for lengths, radians for
// angles.

const CENTIMETRES_PER_PICOSECOND = 0.0299792458; // c

/** A hadron that flies before it decays. */
export interface HeavyHadron {
  readonly name: string;
  /** GeV. */
  readonly mass: number;
  /** cτ in cm: flown on average, times p/m, before it decays. */
  readonly properLength: number;
  /** Of the quarks of its flavour that end in it. */
  readonly fraction: number;
}

const hadron = (
  name: string,
  mass: number,
  picoseconds: number,
  fraction: number,
): HeavyHadron => ({
  name,
  mass,
  properLength: CENTIMETRES_PER_PICOSECOND * picoseconds,
  fraction,
});

/**
 * Masses and lifetimes: Particle Data Group, PTEP 2022, 083C01. Fractions: ibid., production at
 * high energy, rounded.
 */
export const bottomHadrons: readonly HeavyHadron[] = [
  hadron("B+", 5.2793, 1.638, 0.408),
  hadron("B0", 5.2797, 1.519, 0.408),
  hadron("Bs", 5.3669, 1.52, 0.1),
  hadron("Λb", 5.6196, 1.471, 0.084),
];

/** As `bottomHadrons`; excited states have decayed into these at once. */
export const charmHadrons: readonly HeavyHadron[] = [
  hadron("D0", 1.8648, 0.4103, 0.61),
  hadron("D+", 1.8697, 1.033, 0.24),
  hadron("Ds", 1.9683, 0.504, 0.08),
  hadron("Λc", 2.2865, 0.2015, 0.07),
];

/**
 * The two neutral hadrons that decay into charged pairs centimetres away, with the share that does.
 */
export const kShort: {
  readonly mass: number;
  readonly properLength: number;
  readonly chargedShare: number;
} = {
  mass: 0.4976,
  properLength: 2.684,
  chargedShare: 0.692,
};
export const lambda: {
  readonly mass: number;
  readonly properLength: number;
  readonly chargedShare: number;
} = {
  mass: 1.1157,
  properLength: 7.89,
  chargedShare: 0.641,
};

export const MASS: Readonly<
  Record<"pion" | "kaon" | "proton" | "muon" | "bottomQuark" | "charmQuark" | "higgs", number>
> = {
  pion: 0.13957,
  kaon: 0.49368,
  proton: 0.93827,
  muon: 0.10566,
  bottomQuark: 4.8,
  charmQuark: 1.5,
  higgs: 125,
};

/** Codes of partons, after the Particle Data Group's numbers; LIGHT stands for u, d and s. */
export const GLUON = 21;
export const LIGHT = 1;
export const CHARM = 4;
export const BOTTOM = 5;
export const HIGGS = 25;

/**
 * Mass of a parton: that of its quark for charm and bottom, .3 GeV (an effective one) for the
 * others, GeV.
 */
export function partonMass(flavour: number): number {
  return flavour === BOTTOM ? MASS.bottomQuark : flavour === CHARM ? MASS.charmQuark : 0.3;
}
