import { curvatureChecks } from "../support/random/curvatureChecks.js";
import { overRandomNetworks } from "../support/random/overRandomNetworks.js";

overRandomNetworks("curvature", curvatureChecks);
