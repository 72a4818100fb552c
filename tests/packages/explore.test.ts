import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

// environment/ is JavaScript without declarations; the page's rewriting is one function of strings.
const pageModule = new URL("../../environment/explore/offlinePage.mjs", import.meta.url).href;
const { offlinePage } = (await import(/* @vite-ignore */ pageModule)) as { offlinePage(html: string): string };

const script = fileURLToPath(new URL("../../environment/explore.mjs", import.meta.url));
let running: ChildProcess | undefined;
afterEach(() => running?.kill("SIGKILL"));

interface Run {
  readonly child: ChildProcess;
  readonly output: { text: string; errors: string };
  readonly exit: Promise<number | null>;
}

function explore(...options: string[]): Run {
  const child = spawn(process.execPath, [script, "--no-open", ...options], { stdio: ["ignore", "pipe", "pipe"] });
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
  readonly layout: { title: string };
}

/** Asks for the plots as the page does: socket.io 4 over polling, packets as in the engine.io protocol, revision 4. */
async function readPlots(url: string): Promise<Plot> {
  const socket = `${url}socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(socket)).text()).slice(1)) as { sid: string };
  const send = (packet: string) => fetch(`${socket}&sid=${sid}`, { method: "POST", body: packet, headers: { "content-type": "text/plain;charset=UTF-8" } });
  const receive = async () => (await fetch(`${socket}&sid=${sid}`)).text();
  await send("40");
  await receive();
  await send('42["readplots"]');
  for (;;) {
    const packet = (await receive()).split("\x1e").find((text) => text.startsWith('42["plotdata",'));
    if (packet) return (JSON.parse(packet.slice(2)) as [string, Plot])[1];
  }
}

/** Local addresses, in hexadecimal, on which a process listens, from /proc/net/tcp and tcp6 (state 0A). */
function listening(pid: number): string[] {
  const sockets = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  const inodes = new Set(sockets.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const lines = ["tcp", "tcp6"].flatMap((name) => readFileSync(`/proc/net/${name}`, "utf8").trim().split("\n").slice(1));
  return lines.map((line) => line.trim().split(/\s+/)).filter((field) => field[3] === "0A" && inodes.has(field[9])).map((field) => field[1].split(":")[0]);
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
    const linked = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]).filter((path) => path !== "/");
    expect(linked).toContain("/plotly.min.js");
    for (const path of linked) {
      const asset = await fetch(new URL(path, url));
      expect(asset.status, path).toBe(200);
      expect(asset.headers.get("content-type"), path).toMatch(path.endsWith(".css") ? /css/ : /javascript/);
      // No script or style sheet is fetched from elsewhere: neither url(…), nor import, nor an element's source.
      const text = await asset.text();
      if (path !== "/plotly.min.js") expect(text).not.toMatch(/(?:url\(|import\(|\.src\s*=|"src",)\s*["']?https?:/);
    }
    expect(await (await fetch(new URL("/plotly.min.js", url))).text()).toContain("plotly.js v1.58.4");
    expect(await (await fetch(new URL("/main.js", url))).text()).toContain("t.plotData&&this.plotContainer&&Plotly.react(");

    const { data, layout } = await readPlots(url);
    expect(layout.title).toMatch(/\S/);
    const [{ type, x, y, z }] = data;
    expect(type).toBe("surface");
    expect([z.length, ...new Set(z.map((line) => line.length))]).toEqual([y.length, x.length]);
    expect(z.flat().every(Number.isFinite)).toBe(true);
    expect(Math.max(...z.flat())).toBeGreaterThan(Math.min(...z.flat()));

    if (process.platform === "linux") expect(listening(run.child.pid as number)).toEqual(["0100007F"]);

    // A second tab: nodeplotlib alone sends it nothing.
    expect((await readPlots(url)).data).toEqual(data);
    expect(run.child.exitCode).toBeNull();
    run.child.kill("SIGINT");
    expect(await run.exit).toBe(0);
    expect(run.output.errors).toBe("");
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
    expect(second.output.errors).toBe(`Port ${port} is in use. Choose another with --port, or leave it out to take a free one.\n`);
    first.child.kill("SIGINT");
    expect(await first.exit).toBe(0);
    const third = explore("--port", "70000");
    expect(await third.exit).toBe(1);
    expect(third.output.errors).toMatch(/^--port is "70000"\./);
  });

  it("refuses a page of nodeplotlib that still refers to another host", () => {
    const plotly = '<script src="https://cdn.plot.ly/plotly-1.58.4.min.js"></script>';
    expect(offlinePage(plotly)).toBe('<script src="/plotly.min.js"></script>');
    expect(() => offlinePage(`${plotly}<script src="//example.org/x.js"></script>`)).toThrow(/refers to \/\/example\.org/);
    expect(() => offlinePage("<html></html>")).toThrow(/does not load plotly/);
  });
});
