// What a notebook claims, with its kind and what came out.
export * from "./expectation.js";
export * from "./claims.js";
