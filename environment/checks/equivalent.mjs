// Mutants that compute the same as the code, so that no test can find them: left out of the score
// and counted beside it. Each is named by its module, the line in which it stands, and the reason.
/** @type {{ file: string, code: string, before: string, after: string, reason: string }[]} */
export const equivalent = [
  {
    file: "lrp/rules/divide.js",
    code: "if (!reciprocal.includes(0))",
    before: "!reciprocal.includes(0)",
    after: "false",
    reason: "the loop behind it finds nothing lost, only later",
  },
  {
    file: "lrp/rules/entryMap.js",
    code: "if (map === identity || (nonNegative && map === positive))",
    before: "map === identity || (nonNegative && map === positive)",
    after: "false",
    reason: "a copy in place of the array itself",
  },
  {
    file: "lrp/rules/entryMap.js",
    code: "for (let p = 0; p < samples * features; p++)",
    before: "p++",
    after: "p--",
    reason: "a product with zeros in place of none",
  },
  {
    file: "lrp/rules/entryMap.js",
    code: "if (map === positive)",
    before: "map === positive",
    after: "false",
    reason: "the loop of any map in place of one of its own",
  },
  {
    file: "lrp/rules/entryMap.js",
    code: "out[p] = from[p] < 0 ? from[p] : 0;",
    before: "from[p] < 0",
    after: "from[p] <= 0",
    reason: "−0 in place of 0",
  },
  {
    file: "nn/losses/risk.js",
    code: "if (byShape.size > SHAPES)",
    before: "byShape.size > SHAPES",
    after: "true",
    reason: "evaluators are made anew more often than they need to be",
  },
  {
    file: "hessian/influence/testGradients.js",
    code: "for (let s = 0; s < n; s++) {",
    before: "s < n",
    after: "s <= n",
    reason: "writes behind the last sample, where nobody reads",
  },
];
