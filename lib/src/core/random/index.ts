// Random numbers: counter-based, the same on every machine.
export { makeRng, type Rng, type PhiloxStream } from "./rng.js";
