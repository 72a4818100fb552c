import { readFileSync, writeFileSync } from "node:fs";

const digits = (value) =>
  typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
const version = JSON.parse(readFileSync("lib/package.json", "utf8")).version;

/** Four digits of every number, one network a line, in the order of recipes and seeds. */
export function summarise(found, path) {
  const networks = found.sort(
    (a, b) => a.recipe.localeCompare(b.recipe) || a.sites - b.sites || a.seed - b.seed,
  );
  const lines = networks.map((one) => JSON.stringify(one, (_, value) => digits(value)));
  const description =
    "Verdicts on Figs. 3, 5, 6 and App. B of Dawid et al. 2021 over recipes and seeds; " +
    "environment/studies/dawid2021-recipes.mjs, papers.dawid2021.verdicts";
  const head = [
    `"description": ${JSON.stringify(description)}`,
    `"version": ${JSON.stringify(version)}`,
  ];
  const opening = head.map((line) => `  ${line},`).join("\n");
  const list = lines.join(",\n    ");
  writeFileSync(path, `{\n${opening}\n  "networks": [\n    ${list}\n  ]\n}\n`);
  console.log(`${path}: ${networks.length} networks`);
}
