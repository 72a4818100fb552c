import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readNotebooks } from "../environment/run/notebooks.mjs";

const notebooks = readNotebooks(fileURLToPath(new URL("../notebooks", import.meta.url)));

// npm start -- --only FIGURE finds a figure by this list
test.each(notebooks.map((file) => [file.name, file] as const))(
  "%s lists the figures that it draws and makes claims about",
  (_, { code, figures }) => {
    const named = [
      ...code.join("\n").matchAll(/\b(?:id|figure): "(\w+-(?:fig|eq|table)[\w-]*)"/g),
    ].map(([, id]) => id);
    expect([...new Set(named)].filter((id) => !figures.includes(id))).toEqual([]);
  },
);
