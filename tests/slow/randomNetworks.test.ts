import { curvatureChecks } from "../support/random/curvatureChecks.js";
import { gradientChecks } from "../support/random/gradientChecks.js";
import { overRandomNetworks } from "../support/random/overRandomNetworks.js";
import { relevanceChecks } from "../support/random/relevanceChecks.js";
import { roundTripChecks } from "../support/random/roundTripChecks.js";
import { valueChecks } from "../support/random/valueChecks.js";

/** Ten times as many as each run of the tests has, and others. */
const sweep = { runs: 3000, seed: 2026 };

overRandomNetworks("values", valueChecks, sweep);
overRandomNetworks("gradients", gradientChecks, sweep);
overRandomNetworks("curvature", curvatureChecks, sweep);
overRandomNetworks("relevance", relevanceChecks, sweep);
overRandomNetworks("round trips", roundTripChecks, sweep);
