export * from "./dawid2021.js";
export * from "./reference.js";
