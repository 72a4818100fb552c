import { valueChecks } from "../support/random/valueChecks.js";
import { overRandomNetworks } from "../support/random/overRandomNetworks.js";

overRandomNetworks("value", valueChecks);
