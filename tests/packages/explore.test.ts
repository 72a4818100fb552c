import { dawid2021 } from "phaselens/papers";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { makeRng, row, subset, type Dataset } from "phaselens/core";
import { exactHessian, spectrum } from "phaselens/hessian";
import { papers } from "phaselens";
import * as nn from "phaselens/nn";
import { afterEach, describe, expect, it } from "vitest";
import { cnnRecipe } from "phaselens/internal/papers/dawid2021/cnnRecipes";

// environment/ is JavaScript without declarations.
interface Surface {
  surfaceAround(
    point: { theta: Float64Array; training: Dataset },
    options: { steps: number; every: number },
  ): Promise<Plot>;
}
const load = async (name: string): Promise<unknown> =>
  import(/* @vite-ignore */ new URL(`../../environment/explore/${name}.mjs`, import.meta.url).href);
const { offlinePage } = (await load("offlinePage")) as { offlinePage(html: string): string };
const { surfaceAround } = (await load("surface")) as Surface;

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const script = fileURLToPath(new URL("exploreBowl.mjs", import.meta.url));
let running: ChildProcess | undefined;
afterEach(() => running?.kill("SIGKILL"));

interface Run {
  readonly child: ChildProcess;
  readonly output: { text: string; errors: string };
  readonly exit: Promise<number | null>;
}

function explore(...options: string[]): Run {
  const child = spawn(process.execPath, [script, "--no-open", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  running = child;
  const output = { text: "", errors: "" };
  child.stdout.on("data", (part) => (output.text += part));
  child.stderr.on("data", (part) => (output.errors += part));
  return { child, output, exit: once(child, "close").then(([code]) => code as number | null) };
}

async function address({ child, output }: Run): Promise<string> {
  for (;;) {
    const url = /http:\/\/\S+/.exec(output.text)?.[0];
    if (url) return url;
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${output.errors}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Plot {
  readonly data: { type: string; x: number[]; y: number[]; z: number[][] }[];
  readonly layout: { title: string | { text: string } };
}

/**
 * A session as the page has one: socket.io 4 over polling, packets as in the engine.io protocol,
 * revision 4.
 */
async function connect(
  url: string,
): Promise<{ send(packet: string): Promise<string>; receive(): Promise<string> }> {
  const socket = `${url}socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(socket)).text()).slice(1)) as { sid: string };
  const ask = async (init?: RequestInit): Promise<string> => {
    const response = await fetch(`${socket}&sid=${sid}`, init);
    const text = await response.text();
    // a session that was lost will not send anything any more
    if (!response.ok) throw new Error(`${response.status} ${text}`);
    return text;
  };
  const send = (packet: string): Promise<string> =>
    ask({ method: "POST", body: packet, headers: { "content-type": "text/plain;charset=UTF-8" } });
  const receive = async (): Promise<string> => {
    const packets = await ask();
    if (packets === "2") await send("3"); // ping, pong
    return packets;
  };
  return { send, receive };
}

/** Asks for the plots as the page does. */
async function readPlots(url: string): Promise<Plot> {
  const { send, receive } = await connect(url);
  await send("40");
  await receive();
  await send('42["readplots"]');
  for (;;) {
    const packet = (await receive())
      .split("\x1e")
      .find((text) => text.startsWith('42["plotdata",'));
    if (packet) return (JSON.parse(packet.slice(2)) as [string, Plot])[1];
  }
}

/**
 * Local addresses, in hexadecimal, on which a process listens, from /proc/net/tcp and tcp6 (state
 * 0A).
 */
function listening(pid: number): string[] {
  const sockets = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  const inodes = new Set(sockets.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const lines = ["tcp", "tcp6"].flatMap((name) =>
    readFileSync(`/proc/net/${name}`, "utf8").trim().split("\n").slice(1),
  );
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter((field) => field[3] === "0A" && inodes.has(field[9]))
    .map((field) => field[1].split(":")[0]);
}

const outside = /(?:https?:)?\/\/[\w-]+\.[\w.-]+/;

describe("npm run explore", () => {
  it("serves the loss surface on 127.0.0.1 without a word from outside, and ends with 0 on Ctrl-C", async () => {
    const run = explore();
    const url = await address(run);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);

    const response = await fetch(url);
    const page = await response.text();
    expect(page).not.toMatch(outside);
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'self'/);
    const linked = [...page.matchAll(/(?:src|href)="([^"]+)"/g)]
      .map((match) => match[1])
      .filter((path) => path !== "/");
    expect(linked).toContain("/plotly.min.js");
    for (const path of linked) {
      const asset = await fetch(new URL(path, url));
      expect(asset.status, path).toBe(200);
      expect(asset.headers.get("content-type"), path).toMatch(
        path.endsWith(".css") ? /css/ : /javascript/,
      );
      // No script or style sheet is fetched from elsewhere: neither url(…), nor import, nor an
      // element's source.
      const text = await asset.text();
      if (path !== "/plotly.min.js")
        expect(text).not.toMatch(/(?:url\(|import\(|\.src\s*=|"src",)\s*["']?https?:/);
    }
    expect(await (await fetch(new URL("/plotly.min.js", url))).text()).toContain(
      "plotly.js v1.58.4",
    );
    expect(await (await fetch(new URL("/main.js", url))).text()).toContain(
      "t.plotData&&this.plotContainer&&Plotly.react(",
    );

    const { data, layout } = await readPlots(url);
    expect(layout.title).toBe("A quadratic bowl");
    const [{ type, x, y, z }] = data;
    expect(type).toBe("surface");
    expect([z.length, ...new Set(z.map((line) => line.length))]).toEqual([y.length, x.length]);
    expect(z.flat().every(Number.isFinite)).toBe(true);
    expect(Math.max(...z.flat())).toBeGreaterThan(Math.min(...z.flat()));

    if (process.platform === "linux")
      expect(listening(run.child.pid as number)).toEqual(["0100007F"]);

    // A second tab: nodeplotlib alone sends it nothing.
    expect((await readPlots(url)).data).toEqual(data);
    expect(run.child.exitCode).toBeNull();
    run.child.kill("SIGINT");
    expect(await run.exit).toBe(0);
    expect(run.output.errors).toBe("");
  });

  it("answers its own page only: another host's name, or another site's script, gets 403", async () => {
    const url = await address(explore());
    const { host, port } = new URL(url);
    const socket = "/socket.io/?EIO=4&transport=polling";
    const status = (path: string, headers: Record<string, string>): Promise<number> =>
      new Promise((resolve, reject) => {
        const sent = request({ host: "127.0.0.1", port, path, headers }, (response) => {
          response.resume();
          resolve(response.statusCode!);
        });
        sent.on("error", reject).end();
      });
    for (const path of ["/", "/main.js", socket]) {
      expect(await status(path, { host })).toBe(200);
      expect(await status(path, { host, origin: `http://${host}` })).toBe(200);
      expect(await status(path, { host: `evil.example:${port}` })).toBe(403);
      expect(await status(path, { host, origin: "http://evil.example" })).toBe(403);
      expect(await status(path, { host, origin: "null" })).toBe(403);
    }
  });

  it("ends with 0 at once on Ctrl-C though a tab has gone to sleep with a message waiting for it", async () => {
    const run = explore();
    const { send } = await connect(await address(run));
    await send("40"); // the answer is never fetched
    const started = Date.now();
    run.child.kill("SIGINT");
    expect(await run.exit).toBe(0);
    expect(Date.now() - started).toBeLessThan(15_000); // the library alone waits for 45 s
  });

  it("ends by itself with --once, after one page has its data", async () => {
    const run = explore("--once");
    const url = await address(run);
    await (await fetch(url)).text();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(run.child.exitCode).toBeNull(); // a page without its data is not one page load
    expect((await readPlots(url)).data).toHaveLength(1);
    expect(await run.exit).toBe(0);
  });

  it("says in one sentence that a port is taken or nonsense, and ends with 1", async () => {
    const first = explore();
    const port = new URL(await address(first)).port;
    const second = explore("--port", port);
    expect(await second.exit).toBe(1);
    expect(second.output.errors).toBe(
      `Port ${port} is in use. Choose another with --port, or leave it out to take a free one.\n`,
    );
    first.child.kill("SIGINT");
    expect(await first.exit).toBe(0);
    const third = explore("--port", "70000");
    expect(await third.exit).toBe(2);
    expect(third.output.errors).toMatch(/^--port is "70000"\./);
  });

  it("refuses a page of nodeplotlib that still refers to another host", () => {
    const plotly = '<script src="https://cdn.plot.ly/plotly-1.58.4.min.js"></script>';
    expect(offlinePage(plotly)).toBe('<script src="/plotly.min.js"></script>');
    expect(() => offlinePage(`${plotly}<script src="//example.org/x.js"></script>`)).toThrow(
      /refers to \/\/example\.org/,
    );
    expect(() => offlinePage("<html></html>")).toThrow(/does not load plotly/);
  });
});

describe("the surface that npm run explore shows", () => {
  const network = papers.dawid2021.cnn();
  const { risk } = cnnRecipe;

  it("is the risk at θ + a e₁ + b e_P, eigenvectors of the largest and the lowest eigenvalue of the exact Hessian", async () => {
    const training = subset(
      dawid2021.data({ sites: 12, set: "training" }),
      [0, 100, 400, 500, 510, 600, 800, 950],
    );
    const theta = nn.kaimingNormal(network, makeRng(4, "a point"));
    const { data, layout } = await surfaceAround({ theta, training }, { steps: 5, every: 2 });

    const { values, vectors } = spectrum(exactHessian(network, theta, training, risk));
    const last = values.length - 1;
    const half = subset(training, [0, 2, 4, 6]);
    const riskAt = (a: number, b: number): number =>
      nn.risk(
        network,
        theta.map((value, p) => value + a * row(vectors, last)[p] + b * row(vectors, 0)[p]),
        half,
        risk,
      );
    const [{ x, y, z }, marker] = data;
    expect([x.length, y.length, x[2], y[2]]).toEqual([5, 5, 0, 0]);
    expect((values[last] * x[4] ** 2) / 2).toBeCloseTo(0.5, 10);
    y.forEach((b, i) =>
      x.forEach((a, j) => expect(z[i][j], `a = ${a}, b = ${b}`).toBeCloseTo(riskAt(a, b), 10)),
    );
    expect(new Set(z.flat()).size).toBe(25);
    expect([marker.type, marker.x, marker.y, marker.z]).toEqual(["scatter3d", [0], [0], [z[2][2]]]);
    expect((layout.title as { text: string }).text).toContain("mean over 4 of 8 training points");
  });

  it("shares its network with the notebook of Fig. 5: the same recipe, sites and seed, whose cache they share", () => {
    const { cells } = JSON.parse(text("../../notebooks/dawid2021/fig5.ipynb")) as {
      cells: { source: string | string[] }[];
    };
    const notebook = cells.map((cell) => [cell.source].flat().join("")).join("\n");
    expect(notebook).toMatch(
      /dawid2021\.trained\(dawid2021\.recipes\.ours, \{\s+\.\.\.params,\s+training: training,\s+\}\)/,
    );
    expect(notebook).toMatch(/const common = \{\s+sites: 12,.*\s+seed: 1,/);
    const explored = text("../../environment/explore/surface.mjs");
    expect(explored).toContain(
      "dawid2021.trained(dawid2021.recipes.ours, { sites, seed, training })",
    );
    expect(explored).toMatch(/const sites = 12;\s+const seed = 1;/);
    const { network, description } = papers.dawid2021.recipes.ours;
    expect(nn.describeNetwork(network())).toEqual(nn.describeNetwork(papers.dawid2021.cnn()));
    expect(description).toBe(cnnRecipe.description);
  });
});
