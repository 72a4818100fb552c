import { overRandomNetworks, quick } from "../support/random/overRandomNetworks.js";
import { roundTripChecks } from "../support/random/roundTripChecks.js";
import { threadsAgree } from "../support/random/threadChecks.js";

overRandomNetworks("round trips", roundTripChecks);
threadsAgree(quick);
