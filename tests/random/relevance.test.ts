import { relevanceChecks } from "../support/random/relevanceChecks.js";
import { overRandomNetworks } from "../support/random/overRandomNetworks.js";

overRandomNetworks("relevance", relevanceChecks);
