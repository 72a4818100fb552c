export * from "./arena.js";
