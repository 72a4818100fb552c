import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as phaselens from "phaselens";
import { expect, it } from "vitest";

const folder = fileURLToPath(new URL(".", import.meta.url));

const isNamespace = (value: unknown): value is object =>
  Object.prototype.toString.call(value) === "[object Module]";

function roomsOf(members: object, within = ""): string[] {
  return Object.entries(members).flatMap(([name, value]: [string, unknown]) => {
    if (!isNamespace(value)) return [];
    const inner = roomsOf(value, `${within}${name}.`);
    const own = Object.values(value).some((one) => typeof one === "function");
    return [...(own ? [`${within}${name}`] : []), ...inner];
  });
}

it("every room of public functions is swept", () => {
  const text = readdirSync(folder)
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => readFileSync(`${folder}/${file}`, "utf8"))
    .join("\n");
  const swept = Array.from(text.matchAll(/sweepRoom\(\s*"([\w.]+)"/g), ([, room]) => room);
  expect(swept.sort()).toEqual(roomsOf(phaselens).sort());
});
