import { gradientChecks } from "../support/random/gradientChecks.js";
import { overRandomNetworks } from "../support/random/overRandomNetworks.js";

overRandomNetworks("gradient", gradientChecks);
