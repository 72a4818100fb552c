import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readNpy, tensor, writeNpy } from "phaselens/core";
import { saveNetwork } from "phaselens/interop";
import { dense, sequential } from "phaselens/nn";
import { beforeAll, describe, expect, it } from "vitest";
import { phaselensIn, scratch } from "./folder.js";

const folder = scratch();
const phaselens = phaselensIn(folder);
const at = (name: string): string => join(folder, name);
const explain = ["explain", "--model", "sum.json", "--charts", "0", "--method", "gradient"];

beforeAll(() => {
  const network = sequential([dense(3, 1)], "sum");
  saveNetwork(at("sum.json"), {
    network,
    theta: Float64Array.of(1, 2, 3, 0),
    inputShape: [3],
    output: "linear",
  });
  writeFileSync(at("range.csv"), "0,1,2\n0.5,1.5,-2.0\n3.25,-4.0,5.5\n6.0,7.0,8.0\n");
  writeFileSync(at("german.csv"), "a;b;c\n0,5;1,5;-2,0\n1;2;3\n");
  writeFileSync(at("packed.csv.gz"), gzipSync("c,b,a,y\n1,2,3,0.5\n4,5,6,1\n"));
});

describe("phaselens explain on tables", () => {
  it("asks whether a first line of numbers is names, and takes the answer", async () => {
    const asked = await phaselens(...explain, "--data", "range.csv");
    expect([asked.code, asked.stdout]).toEqual([2, ""]);
    expect(asked.stderr).toContain(
      "range.csv, line 1: 0, 1, 2 may be names of the columns or the first sample.",
    );
    expect(asked.stderr).toContain("--header yes or --header no");
    for (const [answer, rows] of [
      ["yes", 3],
      ["no", 4],
    ] as const) {
      const { code, stderr } = await phaselens(
        ...explain,
        "--data",
        "range.csv",
        "--header",
        answer,
        "--out",
        answer,
      );
      expect(code, stderr).toBe(0);
      expect(readNpy(at(`${answer}/relevance.npy`)).shape).toEqual([rows, 3]);
      expect(
        (JSON.parse(readFileSync(at(`${answer}/explanation.json`), "utf8")) as { names: string[] })
          .names,
      ).toEqual(answer === "yes" ? ["0", "1", "2"] : ["1", "2", "3"]);
    }
    expect(
      (await phaselens(...explain, "--data", "range.csv", "--header", "perhaps")).stderr,
    ).toContain('--header must be one of yes, no, got "perhaps".');
  });

  it("reads decimal commas where they are said, and says so where they are not", async () => {
    const { stderr } = await phaselens(...explain, "--data", "german.csv");
    expect(stderr).toContain(
      'german.csv, line 2, column "a": "0,5" is no finite number: it has a decimal comma. Give decimal: "," (--decimal ,)',
    );
    const said = await phaselens(
      ...explain,
      "--data",
      "german.csv",
      "--decimal",
      ",",
      "--json",
      "--out",
      "german",
    );
    expect(said.code, said.stderr).toBe(0);
    expect((JSON.parse(said.stdout) as { points: unknown[] }).points.length).toBe(2);
  });

  it("reads packed tables, columns by name and a target in them", async () => {
    const { code, stderr } = await phaselens(
      ...explain,
      "--data",
      "packed.csv.gz",
      "--columns",
      "a,b,c",
      "--target-column",
      "y",
      "--train",
      "packed.csv.gz",
      "--directions",
      "1",
      "--out",
      "packed",
    );
    expect(code, stderr).toBe(0);
    expect(Array.from(readNpy(at("packed/relevance.npy")).data)).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it("names files of other kinds, and prints nothing of a file that acts on a terminal", async () => {
    writeNpy(at("array.csv"), tensor([1, 3], [1, 2, 3]));
    expect((await phaselens(...explain, "--data", "array.csv")).stderr).toContain(
      "array.csv: is not a table but a NumPy array (.npy). Rename it to end in .npy.",
    );
    writeFileSync(at("evil.csv"), "a,b,\x1b]0;owned\x07\u009b31m\u202e\n1,2,\x1b[2J\n");
    writeFileSync(at("names.csv"), "a,b,\u009b31m\u202e\n1,2,3\n");
    for (const args of [
      ["--data", "evil.csv"],
      ["--data", "names.csv", "--columns", "a,x"],
      ["--data", "names.csv", "--json", "--out", "evil"],
    ]) {
      const { stdout, stderr } = await phaselens(...explain, ...args);
      // eslint-disable-next-line no-control-regex
      expect(stdout + stderr).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
      if (args.includes("--json"))
        expect((JSON.parse(stdout) as { names: string[] }).names[2]).toBe("\u009b31m\u202e");
    }
  });
});
