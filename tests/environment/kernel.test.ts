import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
  readonly error?: { ename: string; evalue: string; traceback: string[] };
  readonly reply: Record<string, unknown>;
}

describe("the kernel, through Jupyter's protocol", { timeout: 120_000 }, () => {
  let kernel: Awaited<ReturnType<typeof startKernel>>;
  const folder = mkdtempSync(join(tmpdir(), "phaselens-kernel-test-"));
  beforeAll(async () => {
    kernel = await startKernel(folder, process.env);
  });
  afterAll(async () => {
    await kernel.close();
    rmSync(folder, { recursive: true });
  });

  const run = async (code: string): Promise<Ran> => {
    let text = "";
    let error: Ran["error"];
    const reply = (await kernel.request(
      "execute_request",
      { code, silent: false, store_history: true, allow_stdin: false, stop_on_error: true },
      ({ header, content }) => {
        const sent = content as { text?: string };
        if (header.msg_type === "stream") text += sent.text;
        if (header.msg_type === "error") error = content as Ran["error"];
      },
    )) as Record<string, unknown>;
    // for 200 ms after an error tslab drops what a "run all" had queued behind it
    if (reply.status === "error") await new Promise((resolve) => setTimeout(resolve, 300));
    return { status: String(reply.status), text, error, reply };
  };
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
