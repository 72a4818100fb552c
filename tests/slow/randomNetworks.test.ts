import { curvatureChecks } from "../support/random/curvatureChecks.js";
import { gradientChecks } from "../support/random/gradientChecks.js";
import { overRandomNetworks } from "../support/random/overRandomNetworks.js";
import { relevanceChecks } from "../support/random/relevanceChecks.js";
import { roundTripChecks } from "../support/random/roundTripChecks.js";
import { valueChecks } from "../support/random/valueChecks.js";

/**
 * More than three times as many as each run of the tests has, and others. What a change of the
 * engine deserves is a sweep that nobody has seen: PHASELENS_RANDOM_RUNS=10000 and
 * PHASELENS_RANDOM_SEED.
 */
const { PHASELENS_RANDOM_RUNS: runs = 1000, PHASELENS_RANDOM_SEED: seed = 2026 } = process.env;
const sweep = { runs: Number(runs), seed: Number(seed) };

overRandomNetworks("values", valueChecks, sweep);
overRandomNetworks("gradients", gradientChecks, sweep);
overRandomNetworks("curvature", curvatureChecks, sweep);
overRandomNetworks("relevance", relevanceChecks, sweep);
overRandomNetworks("round trips", roundTripChecks, sweep);
