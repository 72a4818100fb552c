import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import typescript from "typescript";
import { inProject } from "../../environment/base/project.mjs";
import { startKernel } from "../../environment/kernel/kernel-client.mjs";

const { rewritten, waits } = createRequire(import.meta.url)(
  "../../environment/kernel/cells.cjs",
) as {
  rewritten: (source: string) => string;
  waits: (source: string) => boolean;
};

interface Ran {
  readonly status: string;
  readonly text: string;
  /** As text; `updates` says how many of them replaced an earlier one. */
  readonly shown: string[];
  readonly updates: number;
  readonly error?: { ename: string; evalue: string; traceback: string[] };
  readonly reply: Record<string, unknown>;
}

async function runIn(kernel: Awaited<ReturnType<typeof startKernel>>, code: string): Promise<Ran> {
  let text = "";
  const shown: string[] = [];
  let updates = 0;
  let error: Ran["error"];
  const reply = (await kernel.request(
    "execute_request",
    { code, silent: false, store_history: true, allow_stdin: false, stop_on_error: true },
    ({ header, content }) => {
      const sent = content as { text?: string; data?: Record<string, string> };
      if (sent.data) shown.push(sent.data["text/plain"]);
      if (header.msg_type === "update_display_data") updates++;
      if (header.msg_type === "stream") text += sent.text;
      if (header.msg_type === "error") error = content as Ran["error"];
    },
  )) as Record<string, unknown>;
  // for 200 ms after an error tslab drops what a "run all" had queued behind it
  if (reply.status === "error") await new Promise((resolve) => setTimeout(resolve, 300));
  return { status: String(reply.status), text, shown, updates, error, reply };
}

/** A kernel for the tests of a `describe`, ended after them; how a cell is run in it. */
function kernelIn(folder: string) {
  const started: { kernel?: Awaited<ReturnType<typeof startKernel>> } = {};
  beforeAll(async () => {
    started.kernel = await startKernel(folder, process.env);
  });
  afterAll(async () => {
    await started.kernel!.close();
    rmSync(folder, { recursive: true });
  });
  return {
    kernel: () => started.kernel!,
    run: (code: string): Promise<Ran> => runIn(started.kernel!, code),
  };
}

describe("the kernel, through Jupyter's protocol", { timeout: 120_000 }, () => {
  const { run } = kernelIn(mkdtempSync(join(tmpdir(), "phaselens-kernel-test-")));
  /** Runs a cell that must succeed. */
  const prints = async (code: string): Promise<string> => {
    const { status, text, error } = await run(code);
    expect(error).toBeUndefined();
    expect(status).toBe("ok");
    return text.trim();
  };

  it("says what was thrown in an error message, with the cell's own line", async () => {
    await prints(
      "interface Point { x: number }\nconst steep = (p: Point): number => {\n" +
        "  // a comment that the compiler drops\n  throw new RangeError(`too steep: ${p.x}`);\n};",
    );
    const { status, text, error, reply } = await run("const a: number = 1;\n\nsteep({ x: 3 });");
    expect(status).toBe("error");
    expect(text).toBe("");
    expect(error).toMatchObject({ ename: "RangeError", evalue: "too steep: 3" });
    expect(reply).toMatchObject({ ename: "RangeError", evalue: "too steep: 3" });
    const trace = error!.traceback.join("\n");
    expect(trace).toMatch(/Cell \[\d+\], line 3: steep\(\{ x: 3 \}\);/);
    expect(trace).toMatch(/at steep \(Cell \[\d+\], line 4\)/);
    expect(trace).not.toMatch(/tslab|node:/);
  });

  it("also of a promise, a value that is no error, and the compiler", async () => {
    const later = await run("await Promise.reject(new TypeError('later'));");
    expect(later.error).toMatchObject({ ename: "TypeError", evalue: "later" });
    expect((await run("throw 7;")).error).toMatchObject({ ename: "Thrown value", evalue: "7" });
    const wrong = await run('const fine = 1;\nconst n: number = "three";');
    expect(wrong.error!.ename).toBe("TypeScriptError");
    expect(wrong.error!.traceback[0]).toMatch(/^Cell \[\d+\], line 2: Type 'string' is not/);
    expect(wrong.error!.traceback.slice(1)).toEqual([
      '    const n: number = "three";',
      "          ^",
    ]);
  });

  it("keeps what the lines before a failure declared, and nothing of those after it", async () => {
    await prints("const before: number | undefined = undefined;");
    const { status } = await run(
      "const first = 20;\nlet second: string = 'two';\n(null as unknown as Date).getTime();\nconst third = 3;",
    );
    expect(status).toBe("error");
    expect(await prints("console.log(first + 1, second, before);")).toBe("21 two undefined");
    expect((await run("third")).error!.evalue).toMatch(/Cannot find name 'third'/);
    expect(await prints("first")).toBe("20");
  });

  it("takes shorthand properties of variables from earlier cells", async () => {
    await prints("const loss = 0.5, theta = [1, 2];");
    expect(await prints("console.log(JSON.stringify({ loss, theta, nested: { loss } }));")).toBe(
      '{"loss":0.5,"theta":[1,2],"nested":{"loss":0.5}}',
    );
    expect(await prints("let into = 0;\n({ loss: into } = { loss: 4 });\ninto")).toBe("4");
  });

  it("takes renamed parameters called like variables from earlier cells", async () => {
    await prints("interface Fit { theta: number[] }\nconst fits: Fit[] = [{ theta: [7] }];");
    expect(await prints("fits.map(({ theta: t }) => t[0]).join()")).toBe("7");
    expect(await prints("const { theta: own } = fits[0];\nown.length")).toBe("1");
  });

  it("waits wherever await stands outside of functions", async () => {
    await prints("const soon = async <T>(x: T): Promise<T> => x;");
    expect(await prints("const one = await (soon(1));\none")).toBe("1");
    expect(await prints("console.log(`${await (soon(2))}`, [await soon(3)][0]);")).toBe("2 3");
    expect(
      await prints(
        "async function* three() { yield 1; yield 2; yield 3; }\nlet sum = 0;\n" +
          "for await (const x of three()) sum += x;\nsum",
      ),
    ).toBe("6");
  });
});

describe("what a notebook's kernel offers", { timeout: 120_000 }, () => {
  // inside the project, so that imports find the library and this notebook's own files
  const folder = mkdtempSync(inProject("notebooks", ".kernel-test-"));
  const { kernel, run } = kernelIn(folder);
  const shows = async (code: string): Promise<string> => {
    const { error, text, shown } = await run(code);
    expect(error).toBeUndefined();
    return text + shown.join("\n");
  };
  const writeBeside = (name: string, text: string): void => writeFileSync(join(folder, name), text);

  it("is the project's own TypeScript", async () => {
    const code = 'import { versions } from "tslab";\nversions.typescript';
    expect((await shows(code)).trim()).toBe(typescript.version);
    // 5.4 and later; a type of the library, of which nothing is lost
    const wrong = await run(
      'import { core } from "phaselens";\nconst first = <T>(x: T, other: NoInfer<T>): T => x ?? other;\n' +
        "first(core.tensor([2]), core.tensor([2])).shape = [1];",
    );
    expect(wrong.error!.evalue).toMatch(
      /Cannot assign to 'shape' because it is a read-only property/,
    );
  });

  it("shows the last expression as a table, and a claim once", async () => {
    await shows('import { nn, figures } from "phaselens";');
    expect(await shows("nn.sequential([nn.dense(3, 2)], 'small')")).toMatch(/^network "small", 8/);
    expect(await shows("({ theta: new Float64Array(8) })")).toContain("8 numbers from 0 to 0");
    expect(await shows("({ a: 1 })")).toBe("{ a: 1 }\n");
    const claim = `figures.claim({ figure: "report-a", statement: "s", kind: "reported", value: 1, expected: "one" })`;
    expect(await shows(claim)).toBe("· s: 1 (reported; expected one)");
    const figure = `figures.scatter({ id: "report-a", title: "A figure", rows: [{ a: 1, b: 2 }],
      x: { field: "a", title: "a" }, y: { field: "b", title: "b" } })`;
    expect(await shows(figure)).toBe("A figure");
  });

  it("imports a file beside the notebook, and again what has changed in it", async () => {
    const missing = await run('import { twice } from "./own/helper";\ntwice(4)');
    expect(missing.error!.evalue).toMatch(/Cannot find module '.\/own\/helper'/);
    mkdirSync(join(folder, "own"));
    writeBeside("own/deeper.ts", "export const factor: number = 2;");
    writeBeside(
      "own/helper.ts",
      'import { factor } from "./deeper.ts";\nexport const twice = (x: number): number => factor * x;',
    );
    expect(await shows('import { twice } from "./own/helper";\ntwice(4)')).toBe("8\n");
    writeBeside("own/deeper.ts", "export const factor: number = 3;");
    expect(await shows('import { twice } from "./own/helper";\ntwice(4)')).toBe("12\n");
    expect(await shows('const { twice: again } = await import("./own/helper.ts");\nagain(5)')).toBe(
      "15\n",
    );
  });

  it("says which line of such a file is wrong", async () => {
    writeBeside("steep.ts", "// climbs\n\nexport const climb: number = 'up';");
    const types = await run('import { climb } from "./steep";\nclimb');
    expect(types.error!.traceback).toEqual([
      "steep.ts, line 3: Type 'string' is not assignable to type 'number'.",
      "    export const climb: number = 'up';",
      `    ${" ".repeat(13)}^`,
    ]);
    writeBeside(
      "steep.ts",
      "interface Slope { angle: number }\n\nexport function climb({ angle }: Slope): number {\n" +
        "  if (angle > 1) throw new RangeError(`${angle} is too steep`);\n  return angle;\n}",
    );
    expect(await shows('import { climb } from "./steep";\nclimb({ angle: 0.5 })')).toBe("0.5\n");
    const { error } = await run("// on\nclimb({ angle: 2 });");
    expect(error).toMatchObject({ ename: "RangeError", evalue: "2 is too steep" });
    const [, cell, file, ...frames] = error!.traceback;
    expect(cell).toMatch(/^Cell \[\d+\], line 2: climb\(\{ angle: 2 \}\);$/);
    expect(file).toMatch(/^steep\.ts, line 4: if \(angle > 1\) throw/);
    expect(frames.join("\n")).not.toMatch(/tslab|node:|\.js/);
  });

  it("says of an error in the library the cell's line first, and its files in short", async () => {
    await shows('import { core, nn } from "phaselens";');
    const { error } = await run(
      "const n = 2;\nnn.predict(nn.sequential([nn.dense(3, 2)]),\n  new Float64Array(1), core.tensor([n, 3]));",
    );
    const [first, place, ...frames] = error!.traceback;
    expect(first).toMatch(/^(Shape|Config)Error: /);
    expect(place).toMatch(/^Cell \[\d+\], line [23]: /);
    expect(frames.some((frame) => /\(phaselens\/nn\/\S+\.js:\d+\)$/.test(frame))).toBe(true);
    expect(frames.join("\n")).not.toMatch(/tslab|node:|file:|node_modules/);
    // of a worker thread, whose stack does not know the cell
    const far = await run(
      "const one = 1;\nawait core.parallelMap({ module: 'phaselens/nothing', name: 'none' }, [1, 2], { jobs: 2 });",
    );
    expect(far.error!.traceback[1]).toMatch(/^Cell \[\d+\], line 2: await core\.parallelMap/);
  });

  it("updates one line of progress in place", async () => {
    const { shown, updates, text } = await run(
      'const line = core.progress("steps", 30);\nfor (let k = 1; k <= 30; k++) {\n' +
        "  await new Promise((next) => setTimeout(next, 20));\n  line.tick(k);\n}\nline.done();",
    );
    expect(text).toBe("");
    expect(shown[0]).toBe("steps 0/30");
    expect(shown.at(-1)).toMatch(/^steps 30\/30 in /);
    expect(updates).toBe(shown.length - 1);
  });

  it("completes names of the library and of cells, and says what they are", async () => {
    await shows("const ownNetwork = nn.sequential([nn.dense(3, 2)]);");
    const complete = async (code: string): Promise<string[]> => {
      const reply = (await kernel().request("complete_request", {
        code,
        cursor_pos: code.length,
      })) as {
        matches: string[];
      };
      return reply.matches;
    };
    expect(await complete("nn.kaim")).toContain("kaimingNormal");
    expect(await complete("ownNetwork.par")).toEqual(["parameterCount"]);
    expect(await complete("ownNetw")).toEqual(["ownNetwork"]);
    expect(await complete('import { core } from "phasel')).toContain("phaselens");
    const code = "ownNetwork.parameterCount";
    const { data } = (await kernel().request("inspect_request", {
      code,
      cursor_pos: 14,
      detail_level: 0,
    })) as {
      data: Record<string, string>;
    };
    expect(data["text/plain"]).toContain("parameterCount: number");
  });
});

describe("cells as tslab takes them", () => {
  it("keep their lines", () => {
    const source = "const f = ({ a: b }: T) =>\n  ({ b,\n    c });";
    expect(rewritten(source)).toBe('const f = ({ "a": b }: T) =>\n  ({ b: b,\n    c: c });');
  });

  it("are left alone where there is nothing to repair", () => {
    for (const source of ["", "const a = { b: 1 };", "// { a }", "'{ a }'", "const { a } = b;"])
      expect(rewritten(source)).toBe(source);
  });

  it("wait only where they do so themselves", () => {
    expect(waits("const f = async () => await (g());")).toBe(false);
    expect(waits("class A { async m() { for await (const x of y) x; } }")).toBe(false);
    expect(waits("if (a) { await (b); }")).toBe(true);
  });
});
