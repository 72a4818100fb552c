/** Types of numbers in a file of jets, all little-endian. */
export type NumberType = "uint8" | "uint16" | "int16" | "float32";

type JetColumn =
  | "signal"
  | "flavour"
  | "bottomHadrons"
  | "charmHadrons"
  | "gluonToBottom"
  | "gluonToCharm"
  | "particles"
  | "decays"
  | "eta"
  | "rest";
type DecayColumn = "decayOrigin" | "decayParent" | "decayHadron" | "decayPoint" | "decayBoost";
type ParticleColumn = "pt" | "etaFromJet" | "phi" | "kind" | "decay";
/** Name of a column of a file of jets as particles. */
export type ParticleJetsColumn = JetColumn | DecayColumn | ParticleColumn;

/**
 * The columns in the order of the file: what they are of, how many numbers each of these has, and
 * their type.
 */
export const particleJetsColumns: Readonly<
  Record<ParticleJetsColumn, readonly ["jet" | "decay" | "particle", number, NumberType]>
> = {
  signal: ["jet", 1, "uint8"],
  flavour: ["jet", 1, "uint8"],
  bottomHadrons: ["jet", 1, "uint8"],
  charmHadrons: ["jet", 1, "uint8"],
  gluonToBottom: ["jet", 1, "uint8"],
  gluonToCharm: ["jet", 1, "uint8"],
  particles: ["jet", 1, "uint16"],
  decays: ["jet", 1, "uint8"],
  eta: ["jet", 1, "float32"],
  rest: ["jet", 12, "float32"],
  decayOrigin: ["decay", 1, "uint8"],
  decayParent: ["decay", 1, "uint8"],
  decayHadron: ["decay", 1, "uint16"],
  decayPoint: ["decay", 3, "float32"],
  decayBoost: ["decay", 1, "float32"],
  pt: ["particle", 1, "uint16"],
  etaFromJet: ["particle", 1, "int16"],
  phi: ["particle", 1, "int16"],
  kind: ["particle", 1, "uint8"],
  decay: ["particle", 1, "uint8"],
};

/** What whole numbers of the file stand for. */
export interface ParticleSteps {
  /** Of ln(p_T / GeV), counted from `ptOffset`. */
  readonly pt: number;
  readonly ptOffset: number;
  /** Of η less that of the jet, and of φ. */
  readonly angle: number;
  /** Of charged particles, by the code in `kind`, GeV. */
  readonly masses: readonly number[];
}

/**
 * Jets at the level of particles, as a file holds them; the jet's φ is 0.
 *
 *   a jet: truth as in `JetTruth`; how many decays and charged particles it has; η; `rest` [3, 4],
 *   E, p_x, p_y, p_z of all that is
 *                visible and not listed, outside of the subjets, in the first, in the second
 *   a decay: origin as in `Particles`; number of the decay that the hadron came from within its
 *   jet, 0 for the primary vertex, the
 *                first decay being 1; the hadron's PDG code; where it is, cm [3]; the hadron's p/m
 *   a particle: p_T, η, φ in whole `steps`; `kind`, its mass's code plus 8 times its subjet; its
 *   decay
 */
export interface ParticleJets extends Readonly<Record<ParticleJetsColumn, Float64Array>> {
  readonly sets: Readonly<Record<string, { readonly first: number; readonly jets: number }>>;
  readonly steps: ParticleSteps;
  /**
   * Index of the first particle and the first decay of each jet, and one past the last: [n + 1].
   */
  readonly firstParticle: Int32Array;
  readonly firstDecay: Int32Array;
  /** SHA-256 of the columns. */
  readonly sha256: string;
  /** How the sample was made: versions, seed, settings, counts, cross-sections. */
  readonly provenance: Readonly<Record<string, unknown>>;
}
