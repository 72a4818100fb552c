import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataError } from "phaselens/core";
import { readTensors } from "phaselens/interop";
import { afterAll, describe, expect, it } from "vitest";
import { refusal } from "../../support/refusal.js";
import { zip } from "../zip.js";

const folder = mkdtempSync(join(tmpdir(), "pickles-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A checkpoint of this pickle, and the numbers 1 to 4 in a storage "0". */
function checkpoint(pickle: string): string {
  const path = join(folder, "a.pt");
  const numbers = Buffer.from(Float32Array.of(1, 2, 3, 4).buffer);
  const data = Buffer.from(pickle, "latin1");
  writeFileSync(
    path,
    zip([
      { name: "a/data.pkl", data },
      { name: "a/data/0", data: numbers },
    ]),
  );
  return path;
}
const read = (pickle: string): Record<string, number[]> => {
  const tensors = Object.entries(readTensors(checkpoint(pickle)));
  return Object.fromEntries(tensors.map(([name, { data }]) => [name, Array.from(data)]));
};
const refused = (pickle: string): string =>
  refusal(DataError, () => readTensors(checkpoint(pickle))).message;

/** A text as Python 2 pickles it: its length in one byte. */
const text = (letters: string): string => `U${String.fromCharCode(letters.length)}${letters}`;
/** The first two numbers, as Python 2 pickles them; of the class of storage. */
const pair = (storage = "FloatStorage"): string =>
  `ctorch._utils\n_rebuild_tensor_v2\n((${text("storage")}ctorch\n${storage}\n${text("0")}` +
  `${text("cpu")}K\x04tQK\0(K\x02t(K\x01t\x89NtR`;

describe("a pickle of Python 2", () => {
  it("has texts of one byte a letter, and dictionaries made of pairs", () => {
    expect(read(`\x80\x02}${text("w")}${pair()}s.`)).toEqual({ w: [1, 2] });
    const items = `](${text("a.w")}${pair()}e](${text("a.b")}${pair()}e`;
    const ordered = `ccollections\nOrderedDict\n](${items}e\x85R.`;
    expect(read(`\x80\x02${ordered}`)).toEqual({ "a.w": [1, 2], "a.b": [1, 2] });
  });

  it("may be of letters alone (protocol 0)", () => {
    const name = "(S'w it\\'s'\np1\n";
    const id = "(S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI4\ntQ";
    expect(read(`${name}ctorch._utils\n_rebuild_tensor\n(${id}L0L\n(I2\nt(I1\nttRd.`)).toEqual({
      "w it's": [1, 2],
    });
    expect(
      read(
        `(dp0\nV\u00e9\\u03ba\np1\n${pair()}sS'\\xce\\xba'\n${pair()}sS'on'\nI01\ns` +
          "S'much'\nL123456789012345678901234567890L\nsS'x'\nF0.5\ns.",
      ),
    ).toEqual({ éκ: [1, 2], κ: [1, 2] });
  });

  it("of a storage on another device is read", () => {
    expect(
      read(
        `\x80\x02}${text("w")}${pair("FloatStorage").replace("ctorch\nFl", "ctorch.cuda\nFl")}s.`,
      ),
    ).toEqual({ w: [1, 2] });
  });
});

describe("objects beside tensors", () => {
  it("are left out, whatever they are, and nothing is called", () => {
    const object = "cproject.settings\nSettings\n)\x81}U\x01wK\x01sb";
    expect(read(`\x80\x02}(${text("w")}${pair()}${text("settings")}${object}u.`)).toEqual({
      w: [1, 2],
    });
    const made = `cproject\nmake\n(${text("x")}tR`;
    expect(read(`\x80\x02}(${text("w")}${pair()}${text("made")}${made}u.`)).toEqual({ w: [1, 2] });
    const keyed = "cenum\nColour\nK\x01\x85R";
    expect(read(`\x80\x02}(${text("w")}${pair()}${keyed}K\x01u.`)).toEqual({ w: [1, 2] });
  });

  it("of a class of dictionaries or lists give the tensors in them", () => {
    const dictionary = `cproject\nConfig\n)\x81${text("w")}${pair()}s`;
    expect(read(`\x80\x02}${text("c")}${dictionary}s.`)).toEqual({ "c.w": [1, 2] });
    expect(read(`\x80\x02}${text("l")}cproject\nList\n)\x81(${pair()}${pair()}es.`)).toEqual({
      "l.0": [1, 2],
      "l.1": [1, 2],
    });
  });

  it("that hide tensors are named", () => {
    const object = `cproject\nModel\n)\x81}${text("weights")}${pair()}sb`;
    expect(refused(`\x80\x02}${text("m")}${object}s.`)).toContain(
      '"m" is an object of project.Model, a program of its own.',
    );
    // beside a tensor that can be read it is one that cannot
    const path = checkpoint(`\x80\x02}(${text("w")}${pair()}${text("m")}${object}u.`);
    const tensors = readTensors(path);
    expect(Object.keys(tensors)).toEqual(["w"]);
    expect(refusal(DataError, () => tensors.m).message).toContain("is an object of project.Model");
  });

  it.each([
    "posix system",
    "nt system",
    "os popen",
    "subprocess Popen",
    "builtins eval",
    "__builtin__ execfile",
    "builtins exec",
    "builtins __import__",
    "runpy run_path",
    "importlib import_module",
    "socket socket",
    "urllib.request urlopen",
    "shutil rmtree",
  ])("that run a program (%s) refuse the file, also beside tensors", (name) => {
    const victim = join(folder, "executed");
    const [module, own] = name.split(" ");
    const call = `c${module}\n${own}\n(${text(`touch ${victim}`)}tR`;
    expect(refused(`\x80\x02}(${text("w")}${pair()}${text("x")}${call}u.`)).toContain(
      `asks for ${module}.${own}, which is no plain tensor; nothing was executed. Do not use`,
    );
    expect(existsSync(victim)).toBe(false);
  });
});

describe("names of tensors", () => {
  it("never fall together: of keys that are texts, numbers, truth values, nothing, tuples", () => {
    const keys = [
      text("1"),
      "K\x01",
      text("None"),
      "N",
      text("True"),
      "\x88",
      text("(1, 2)"),
      "K\x01K\x02\x86",
      text('["x"]'),
      text(""),
    ];
    const tensors = read(`\x80\x02}(${keys.map((key) => `${key}${pair()}`).join("")}u.`);
    expect(Object.keys(tensors)).toEqual([
      '["1"]',
      "[1]",
      '["None"]',
      "[None]",
      '["True"]',
      "[True]",
      '["(1, 2)"]',
      "[(1, 2)]",
      '["[\\"x\\"]"]',
      "",
    ]);
  });

  it("may be those of properties that every object has", () => {
    expect(
      Object.keys(read(`\x80\x02}(${text("__proto__")}${pair()}${text("constructor")}${pair()}u.`)),
    ).toEqual(["__proto__", "constructor"]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it("in errors cannot act on a terminal", () => {
    expect(refused(`\x80\x02}${text("\x1b[2J")}${pair("ComplexFloatStorage")}s.`)).toContain(
      '"\\x1b[2J" is complex',
    );
  });
});

describe("numbers of a tensor", () => {
  it("beyond the budget of a small file are refused, within one larger are read", () => {
    // two numbers seen a million times
    const wide = pair().replace("(K\x02t(K\x01t", "(J\0\0\x10\0K\x02t(K\0K\x01t");
    const path = checkpoint(`\x80\x02}${text("w")}${wide}s.`);
    expect(readTensors(path).w.shape).toEqual([2 ** 20, 2]);
    const wider = pair().replace("(K\x02t(K\x01t", "(J\0\0\x50\0K\x02t(K\0K\x01t");
    expect(refused(`\x80\x02}${text("w")}${wider}s.`)).toContain("exceeds what may be read");
    expect(
      readTensors(checkpoint(`\x80\x02}${text("w")}${wider}s.`), {
        maximumBytes: 2 ** 30,
      }).w.shape,
    ).toEqual([5 * 2 ** 20, 2]);
  });
});
