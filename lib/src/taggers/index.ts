export * from "./interactionNetwork.js";
