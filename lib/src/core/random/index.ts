// Random numbers: counter-based, the same on every machine.
export * from "./philox.js";
export * from "./rng.js";
