import type { generate } from "phaselens";

/** A manifest that takes milliseconds: 3 couplings, 2 sets, 4³ sites. */
export const tinyManifest: generate.Manifest = {
  version: 1,
  name: "tiny",
  seed: 7,
  lattice: [4, 4, 4],
  quarticCoupling: 1.1,
  fermionMass: 20,
  yukawaCoupling: 0.25,
  fermions: "hopping",
  hoppingParameters: { first: -0.1, step: 0.1, count: 3 },
  sampling: { algorithm: "hmc", start: "ordered", stride: 1, thermalisation: 10 },
  sets: { training: { configurations: 6 }, test: { configurations: 4 } },
};

/** The tiny manifest with other fields, unchecked: for faults. */
export const tinyWith = (fields: Record<string, unknown>): unknown => ({
  ...tinyManifest,
  ...fields,
});

/**
 * Every piece as a file of 100 configurations on 8³ sites, 204928 bytes, made in no time by
 * `standIn` of this module.
 */
export const bulkyManifest: generate.Manifest = {
  ...tinyManifest,
  name: "bulky",
  lattice: [8, 8, 8],
  hoppingParameters: { first: -0.2, step: 0.05, count: 8 },
  sets: { training: { configurations: 100 } },
};
