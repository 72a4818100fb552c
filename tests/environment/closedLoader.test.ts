import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { svgOf } from "../../environment/gallery/svg.mjs";

// a chart of somebody's notebook that asks for what is on this machine
const SECRET = "seen-by-the-chart";
const folder = mkdtempSync(join(tmpdir(), "phaselens-loader-"));
const file = join(folder, "secret.json");
let asked = 0;
const server = createServer((_, response) => {
  asked++;
  response.setHeader("access-control-allow-origin", "*");
  response.end(JSON.stringify([{ a: SECRET }]));
});
let address: string;
beforeAll(async () => {
  writeFileSync(file, JSON.stringify([{ a: SECRET }]));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret.json`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const text = { mark: "text", encoding: { text: { field: "a", type: "nominal" } } };
const places = (): string[] => [file, pathToFileURL(file).href, address];
const drawn = (spec: object): Promise<string> => svgOf(spec);

describe("a chart of unknown origin", () => {
  it("shows what stands in it", async () => {
    expect(await drawn({ ...text, data: { values: [{ a: SECRET }] } })).toContain(SECRET);
  });

  it("reads no file and no address for its data", async () => {
    for (const url of places())
      expect(await drawn({ ...text, data: { url } }).catch(String)).not.toContain(SECRET);
    expect(asked).toBe(0);
  });

  it("shows no picture of a file or an address, and links nowhere", async () => {
    for (const u of places()) {
      const data = { values: [{ u }] };
      const url = { field: "u", type: "nominal" };
      for (const own of [
        { mark: { type: "image", width: 5, height: 5 }, encoding: { url } },
        { mark: { type: "point", aria: false }, encoding: { href: url } },
      ]) {
        const svg = await drawn({ ...own, data });
        const links = [...svg.matchAll(/href="([^"]*)"/g)].map(([, to]) => to);
        expect(links.filter((to) => !["", "#"].includes(to))).toEqual([]);
      }
    }
    expect(asked).toBe(0);
  });
});
