// One folder a paper: its data, networks, recipes and composites, what its figures are drawn with
// and judged by, and its equations by number.
export * as bluecher2020 from "./bluecher2020/index.js";
export * as dawid2021 from "./dawid2021/index.js";
export * as neubauer2022 from "./neubauer2022/index.js";
