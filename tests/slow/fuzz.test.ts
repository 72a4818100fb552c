import { readOrRefuse } from "../fuzz/readOrRefuse.js";

// others each day; a failure names the command that tries its inputs again
readOrRefuse({ seed: Math.floor(Date.now() / 864e5), runs: 1000, seconds: 0.5 });
