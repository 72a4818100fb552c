import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as phaselens from "phaselens";
import { expect, it } from "vitest";
import { RECORDS } from "./support/publicRecords.js";

const list = fileURLToPath(new URL("publicNames.txt", import.meta.url));

/** Members of values that gather several are listed too, so that growth in them is seen. */
const withMembers = ([name, value]: [string, object]): string =>
  RECORDS.includes(name) ? `${name}{${Object.keys(value).sort().join(",")}}` : name;

/** `room: names`, a line each; a namespace within a room is a room of its own. */
function namesOf(rooms: object, within = ""): string[] {
  return Object.entries(rooms).flatMap(([room, members]: [string, object]) => {
    const isNamespace = (value: unknown): value is object =>
      Object.prototype.toString.call(value) === "[object Module]";
    const own = Object.entries(members).filter(([, value]) => !isNamespace(value));
    const inner = Object.entries(members).filter(([, value]) => isNamespace(value));
    const names = own.map((entry) => withMembers(entry as [string, object])).sort();
    return [
      ...(names.length > 0 ? [`${within}${room}: ${names.join(" ")}`] : []),
      ...namesOf(Object.fromEntries(inner), `${within}${room}.`),
    ];
  });
}

it("the public names are those of publicNames.txt: add a line's name there with a reason in the commit", () => {
  const found = namesOf(phaselens).sort();
  const written = readFileSync(list, "utf8").trim().split("\n");
  console.log(`${found.join(" ").split(" ").length - found.length} public names`);
  expect(found).toEqual(written);
});
