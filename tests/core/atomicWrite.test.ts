import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { atomicWrite } from "phaselens/internal/core/files/atomicWrite";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "phaselens-write-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("atomicWrite", () => {
  it("writes texts and bytes one after the other, making the folder", () => {
    const path = join(folder, "a/b/c.txt");
    atomicWrite(path, "κ = ", Uint8Array.of(0x31), "\n");
    expect(readFileSync(path, "utf8")).toBe("κ = 1\n");
    expect(readdirSync(join(folder, "a/b"))).toEqual(["c.txt"]);
  });

  it("replaces a file without changing it in place: who has it open goes on reading the old one", () => {
    const path = join(folder, "x");
    writeFileSync(path, "old");
    chmodSync(path, 0o444); // writing in place would be refused, or would show
    atomicWrite(path, "new");
    expect(readFileSync(path, "utf8")).toBe("new");
  });

  it("leaves nothing behind when it fails", () => {
    const path = join(folder, "taken");
    mkdirSync(join(path, "full"), { recursive: true });
    expect(() => atomicWrite(path, "x")).toThrow();
    expect(readdirSync(folder)).toEqual(["taken"]);
  });
});
