import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { formatted, oversized } from "../environment/checks/cells.mjs";
import { readNotebooks } from "../environment/run/notebooks.mjs";

const notebooks = readNotebooks(fileURLToPath(new URL("../notebooks", import.meta.url)));
const code = (source: string | string[]) => ({ cell_type: "code", source });

it.each(notebooks.map(({ name, content }) => [name, content] as const))(
  "%s has no cell of more than 25 lines and no line of more than 100 characters",
  (_, content) => {
    expect(oversized(content)).toEqual([]);
  },
);

it("a cell of 26 lines, and a line of 101 characters, are named", () => {
  const [fits, high] = [25, 26].map((lines) => code("a();\n".repeat(lines)));
  const wide = code([`// ${"x".repeat(97)}\n`, `// ${"y".repeat(98)}`]);
  const prose = { cell_type: "markdown", source: "z ".repeat(200) };
  expect(oversized({ cells: [fits, prose, high, wide] })).toEqual([
    "cell 3 has 26 lines of 25",
    `cell 4 has 101 characters of 100 in: // ${"y".repeat(98)}`,
  ]);
});

it("code cells are formatted, and whatever else a notebook holds stays", async () => {
  const sound = { ...code('console.log("one");'), id: "a", metadata: { tags: ["x"] } };
  const notebook = {
    cells: [
      sound,
      { ...code("console.log( 'two' )"), id: "b" },
      { cell_type: "raw", source: "x  " },
    ],
    metadata: { phaselens: { figures: [] } },
  };
  const after = await formatted(notebook);
  expect(after).toEqual({
    ...notebook,
    cells: [sound, { ...code(['console.log("two");']), id: "b" }, notebook.cells[2]],
  });
  expect(after.cells[0]).toBe(sound);
});
