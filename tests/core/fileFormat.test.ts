import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { core } from "phaselens";

import { afterAll, describe, expect, it } from "vitest";
import { always, damaged, randomBytes } from "../support/hostile.js";
import { firstBytes, otherFormat, recognise } from "phaselens/internal/core/files/fileFormat";
import { printable, quoted } from "phaselens/internal/core/printable";
import { MissingPackageError } from "phaselens/internal/core/errors";

interface Heads {
  readonly heads: Readonly<Record<string, { readonly format: string; readonly head: string }>>;
}
const fixture = new URL("../interop/fixtures/heads.json", import.meta.url);
const { heads } = JSON.parse(readFileSync(fixture, "utf8")) as Heads; // see make_heads.py
const bytesOf = (name: string): Buffer => Buffer.from(heads[name].head, "base64");
const folder = mkdtempSync(join(tmpdir(), "phaselens-formats-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the kind of a file", () => {
  it.each(Object.keys(heads))("%s is told by its first bytes", (name) => {
    expect(recognise(bytesOf(name))?.format).toBe(heads[name].format);
  });

  it.each([
    ["%PDF-1.7\n", "pdf"],
    ["\x89PNG\r\n\x1a\n", "image"],
    ["BZh91AY&SY", "bzip2"],
    ["\n<!DOCTYPE html><html>", "html"],
    ["\xef\xbb\xbf<html lang='en'>", "html"],
    ["version https://git-lfs.github.com/spec/v1\noid sha256:00", "lfs-pointer"],
    ['{"modelTopology": {}}', "json"],
    ["\xff\xfea\0,\0b\0", "utf-16"],
    ["<?xml version='1.0'?>", "xml"],
    ["\x08\x01\x12\x81\x02\x0a\x05", "saved-model"],
    ["PK\x05\x06", "zip"],
    ["PK\x03\x04", "zip"],
  ])("of %j is %s", (text, format) => {
    expect(recognise(Buffer.from(text, "latin1"))?.format).toBe(format);
  });

  it.each([
    "",
    "a,b\n1,2\n",
    "1,2\n3,4\n",
    "root,height\n1,2\n",
    "rooted",
    "0.1\t0.2",
    "κ,λ\n1,2",
    "{x},y\n",
    '"a","b"\n',
    "# comment",
    "GIF,x\n",
    "SIMPLE,y\n",
    "MATLAB,z\n",
    "<5,>5\n1,2\n",
    "PK,x\n",
    "BZh,1\n",
  ])("of the table %j is none", (text) => {
    expect(recognise(Buffer.from(text))).toBeUndefined();
  });

  it("of a table of any numbers is none, and of any bytes is told or not, without an error", async () => {
    const rows = fc.array(fc.array(fc.double(), { minLength: 1 }), { minLength: 1 });
    await always(rows, async (table) => {
      const text = table.map((row) => row.join(",")).join("\n");
      expect(recognise(Buffer.from(text))).toBeUndefined();
    });
    const all = Object.keys(heads).map((name) => damaged(bytesOf(name)));
    await always(fc.oneof(...all, randomBytes(Buffer.from("PK\x03\x04"))), async (bytes) => {
      recognise(bytes);
    });
  });

  it("is said in the error for another one, and its first bytes where it is not known", () => {
    const message = (bytes: Uint8Array): string =>
      otherFormat("x.npy", bytes, "a .npy file", "Do.").message;
    expect(message(bytesOf("a.xlsx"))).toBe(
      "x.npy: is not a .npy file but an Excel workbook. Save the table as CSV.",
    );
    expect(message(Buffer.from("abc"))).toBe(
      "x.npy: is not a .npy file; it begins with the bytes 61 62 63. Do.",
    );
    expect(message(Buffer.alloc(0))).toBe("x.npy: is not a .npy file (0 bytes, it is empty). Do.");
    const path = join(folder, "long");
    writeFileSync(path, Buffer.alloc(100_000, 7));
    expect(firstBytes(path).length).toBe(65536);
  });
});

describe("a text of a file", () => {
  // eslint-disable-next-line no-control-regex
  const acts = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
  const evil = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        "\x1b",
        "\x07",
        "\n",
        "\r",
        "\x9b",
        "\u202e",
        "\u2028",
        "\0",
        "\ud800",
        "\u{e0041}",
        "é",
        "κ",
        "😀",
        "\\",
        "a",
      ),
      fc
        .integer({ min: 0, max: 0x10ffff })
        .filter((code) => code < 0xd800 || code > 0xdfff)
        .map((code) => String.fromCodePoint(code)),
    ),
  });

  it("has nothing in it that acts on a terminal once it is printable, and stays then as it is", async () => {
    await always(evil, async (text) => {
      const shown = printable(text);
      expect(shown).not.toMatch(acts);
      expect(() => encodeURIComponent(shown)).not.toThrow(); // as half a character would
      expect(printable(shown)).toBe(shown);
      expect(quoted(text, 10)).not.toMatch(acts);
    });
    expect(printable("κ = 0.1 → „gut“ 😀 e\u0301 日本")).toBe("κ = 0.1 → „gut“ 😀 e\u0301 日本");
    expect(printable("\x1b[31mred\x07\r\n")).toBe("\\x1b[31mred\\x07\\r\\n");
    expect(quoted("a".repeat(100), 5)).toBe('"aaaaa…" (100 characters)');
  });

  it("in any error of the library is printable", () => {
    for (const kind of [core.DataError, core.ConfigError, core.ShapeError, MissingPackageError]) {
      expect(new kind('x: "\x1b]0;title\x07" is none.').message).toBe(
        'x: "\\x1b]0;title\\x07" is none.',
      );
    }
  });
});
