/** What belongs to one paper alone: its recipes, and what its figures are judged by. */
export * as dawid2021 from "./dawid2021/index.js";
