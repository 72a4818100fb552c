import { subscribe, unsubscribe } from "node:diagnostics_channel";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { cached, ConfigError, DataError, parallelMap, tensor } from "phaselens/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runNode } from "../support/runNode.js";
import { askInThreads, key as sharedKey } from "./fixtures/cacheTasks.mjs";
import { cachedEach } from "phaselens/internal/core/cache/cache";
import { userCacheDirectory } from "phaselens/internal/core/cache/cacheDirectory";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "phaselens-cache-"));
  vi.stubEnv("PHASELENS_CACHE", folder);
  vi.stubEnv("PHASELENS_FORCE", "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const key = (params: unknown, more: { version?: number; seed?: number } = {}) => ({
  function: "energy",
  version: 1,
  params,
  ...more,
});
const everything = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
const files = (): string[] => everything().filter((name) => /.\.cache$/.test(name));
const leftovers = (): string[] => everything().filter((name) => /lock|tmp|stale/.test(name));
const lines = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

describe("cached", () => {
  it("computes once and gives the same value ever after", async () => {
    const compute = vi.fn(() => ({ energy: -1.5 }));
    for (let i = 0; i < 3; i++)
      expect(await cached(key({ sites: 12 }), compute)).toEqual({ energy: -1.5 });
    expect(compute).toHaveBeenCalledTimes(1);
    expect(files()).toEqual([expect.stringMatching(/^energy-v1-[0-9a-f]{32}\.cache$/)]);
    expect(leftovers()).toEqual([]);
  });

  it("tells on a diagnostics channel what was found and what was computed", async () => {
    const uses: unknown[] = [];
    const listen = (use: unknown): unknown => uses.push(use);
    subscribe("phaselens:cache", listen);
    await cached(key("told"), () => 1);
    await cached(key("told"), () => 1);
    await cachedEach(key("told"), ["a"], () => 1);
    unsubscribe("phaselens:cache", listen);
    await cached(key("told"), () => 1);
    expect(uses).toEqual([
      { function: "energy", found: false },
      { function: "energy", found: true },
      { function: "energy[0]", found: false },
    ]);
  });

  it("gives back nested tensors, typed arrays, NaN, ±∞, −0, undefined and fields named like its own tags", async () => {
    const value = {
      theta: tensor([2, 2], [1, -0, NaN, Infinity]),
      history: [{ epoch: 1, loss: NaN }, { epoch: 2, loss: -Infinity }, undefined, null, -0],
      labels: Int32Array.of(-1, 0, 7),
      switches: Uint8Array.of(1, 0, 255),
      single: Float32Array.of(0.1, 3e38),
      empty: new Float64Array(0),
      text: "κ = 0.18\n",
      $array: 0,
      nothing: undefined,
      nested: { $number: "NaN", $object: { $undefined: true } },
    };
    await cached(key("all"), () => value);
    const read = await cached<typeof value>(key("all"), () => expect.unreachable());
    expect(read).toEqual(value);
    expect(Object.is(read.theta.data[1], -0) && Object.is(read.history[4], -0)).toBe(true);
    expect("nothing" in read).toBe(true);
    expect(read.theta.data).toBeInstanceOf(Float64Array);
  });

  it("gives back any tree of plain values", async () => {
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        fc.double(),
        fc.string(),
        fc.boolean(),
        fc.constant(null),
        fc.float64Array(),
        fc.int32Array(),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(
          fc.string().filter((name) => name !== "__proto__"),
          tie("tree"),
          { maxKeys: 3, noNullPrototype: true },
        ),
      ),
    }));
    let count = 0;
    await fc.assert(
      fc.asyncProperty(tree, async (value) => {
        const own = key({ count: ++count });
        await cached(own, () => value);
        expect(await cached(own, () => expect.unreachable())).toEqual(value);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it("tells keys apart by function, version, seed and every parameter, but not by the order of fields", async () => {
    const keys = [
      key({ a: 1, b: 2 }),
      key({ a: 1, b: 3 }),
      key({ a: 1 }),
      key({ a: 1, b: 2 }, { version: 2 }),
      key({ a: 1, b: 2 }, { seed: 0 }),
      key({ a: 1, b: 2 }, { seed: 1 }),
      key([1, 2]),
      key(Float64Array.of(1, 2)),
      key(Float64Array.of(1, -0)),
      key(Float64Array.of(1, 0)),
      key(Int32Array.of(1, 2)),
      key(NaN),
      key("NaN"),
      key(null),
    ];
    for (const [i, each] of keys.entries()) expect(await cached(each, () => i)).toBe(i);
    for (const [i, each] of keys.entries())
      expect(await cached(each, () => expect.unreachable())).toBe(i);
    expect(await cached(key({ b: 2, a: 1, c: undefined }), () => expect.unreachable())).toBe(0);
  });

  it("accepts keys and values of another realm, such as a notebook cell", async () => {
    const foreign = runInNewContext(
      "({ params: { list: [1, 2], data: new Float64Array([3]) }, value: { data: new Float64Array([4]) } })",
    ) as {
      params: object;
      value: { data: Float64Array };
    };
    await cached(key(foreign.params), () => foreign.value);
    expect(
      await cached(key({ list: [1, 2], data: Float64Array.of(3) }), () => expect.unreachable()),
    ).toEqual({ data: Float64Array.of(4) });
  });

  it("refuses what it cannot write down, naming the part, and keeps nothing", async () => {
    await expect(cached(key({ action: () => 1 }), () => 1)).rejects.toThrow(
      'cached "energy": key.params.action is a function',
    );
    await expect(cached(key(1), () => ({ net: { layers: [new Map()] } }))).rejects.toThrow(
      'cached "energy": value.net.layers[0] is a Map',
    );
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    await expect(cached(key(1), () => loop)).rejects.toThrow(ConfigError);
    await expect(cached({ function: "", version: 1, params: 1 }, () => 1)).rejects.toThrow(
      ConfigError,
    );
    expect(files()).toEqual([]);
    expect(leftovers()).toEqual([]);
  });

  it("passes on an error of the computation and computes again the next time", async () => {
    const failing = vi.fn(() => Promise.reject(new RangeError("too large")));
    await expect(cached(key(1), failing)).rejects.toThrow(new RangeError("too large"));
    expect(leftovers()).toEqual([]);
    expect(await cached(key(1), () => 2)).toBe(2);
  });

  it("computes once for several callers of one process at the same moment", async () => {
    const compute = vi.fn(async () => {
      await delay(30);
      return 7;
    });
    expect(await Promise.all([1, 2, 3].map(() => cached(key(1), compute)))).toEqual([7, 7, 7]);
    expect(compute).toHaveBeenCalledTimes(1);
  });

  it("says what to do where the folder cannot be used, before it computes", async () => {
    writeFileSync(join(folder, "file"), "");
    vi.stubEnv("PHASELENS_CACHE", join(folder, "file", "below"));
    const compute = vi.fn(() => 1);
    await expect(cached(key(1), compute)).rejects.toThrow(
      /cannot use .*set PHASELENS_CACHE to a folder that can be written/,
    );
    expect(compute).not.toHaveBeenCalled();
  });
});

describe("the directory of the cache", () => {
  const probe = new URL("./fixtures/sameKey.mjs", import.meta.url);

  it("is .cache/phaselens of the project around the working directory", async () => {
    mkdirSync(join(folder, "notebooks"));
    writeFileSync(join(folder, "package.json"), '{ "name": "phaselens-project" }');
    const { stdout } = await runNode(probe, [join(folder, "log"), "0"], {
      cwd: join(folder, "notebooks"),
      env: { PHASELENS_CACHE: "" },
    }).ended;
    expect(stdout.trim()).toBe("[1,2,3]");
    expect(files()).toEqual([expect.stringMatching(/^\.cache[\\/]phaselens[\\/]sameKey-v1-/)]);
  });

  it("is the user's own outside a project, for nobody else", async () => {
    const env = { PHASELENS_CACHE: "", HOME: folder, XDG_CACHE_HOME: "", LOCALAPPDATA: folder };
    await runNode(probe, [join(folder, "log"), "0"], { cwd: folder, env }).ended;
    expect(files()).toEqual([expect.stringMatching(/phaselens[\\/](Cache[\\/])?sameKey-v1-/)]);
    if (process.platform !== "win32")
      expect(statSync(join(folder, files()[0], "..")).mode & 0o777).toBe(0o700);
  });

  it.each([
    ["linux", {}, "/home/m/.cache/phaselens"],
    ["linux", { XDG_CACHE_HOME: "/scratch/m" }, "/scratch/m/phaselens"],
    ["linux", { XDG_CACHE_HOME: "relative" }, "/home/m/.cache/phaselens"],
    ["darwin", { XDG_CACHE_HOME: "/scratch/m" }, "/home/m/Library/Caches/phaselens"],
    ["win32", { LOCALAPPDATA: "D:\\m\\Local" }, "D:\\m\\Local\\phaselens\\Cache"],
  ])("on %s with %j is %s", (platform, env, path) => {
    expect(userCacheDirectory({ platform, env, home: "/home/m" })).toBe(path);
  });

  it.runIf(process.platform === "linux")(
    "is refused where others may write into it, or if it is somebody else's",
    async () => {
      const own = join(folder, "phaselens");
      mkdirSync(own);
      const run = async (): Promise<string> =>
        (
          await runNode(probe, [join(folder, "log"), "0"], {
            cwd: folder,
            env: { PHASELENS_CACHE: "", XDG_CACHE_HOME: folder },
          }).ended
        ).stderr;
      chmodSync(own, 0o777);
      expect(await run()).toMatch(
        /ConfigError: the cache: .*phaselens may be written by others \(mode 777\).*chmod 700/,
      );
      chmodSync(own, 0o700);
      if (process.getuid!() === 0) {
        chownSync(own, 65534, 65534);
        expect(await run()).toMatch(
          /ConfigError: the cache: .*phaselens belongs to user 65534, and this is user 0.*PHASELENS_CACHE/,
        );
      }
      expect(files()).toEqual([]);
    },
  );
});

describe("a computation that asks for its own result", () => {
  it("is refused, directly and through other keys", async () => {
    const again = cached(key(1), () => cached(key(2), () => cached(key(1), () => 1)));
    await expect(again).rejects.toThrow(
      /ConfigError|cached "energy": the computation asks for its own result.*key of its own/,
    );
    expect(leftovers()).toEqual([]);
  });

  it("is refused through threads", async () => {
    const error = await askInThreads().then(
      () => expect.unreachable(),
      (reason: unknown) => reason as Error,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain('cached "shared": the computation asks for its own result');
  });

  it("is not meant by the same key side by side or one after the other", async () => {
    const value = await cached(key(1), async () => {
      await cached(key(2), () => 1);
      return Promise.all([
        cached(key(2), () => 2),
        cached(key(3), () => 3),
        cached(key(3), () => 3),
      ]);
    });
    expect(value).toEqual([1, 3, 3]);
  });
});

describe("the lock of a thread that is ended", () => {
  it("is released, so that the same key can be computed at once", async () => {
    const begun = new SharedArrayBuffer(4);
    const task = {
      module: new URL("./fixtures/cacheTasks.mjs", import.meta.url),
      name: "failWhileOtherComputes",
    };
    const items = [0, 1].map((index) => ({ index, hang: true, begun }));
    await expect(parallelMap(task, items, { jobs: 2 })).rejects.toThrow("the first item failed");
    const started = Date.now();
    expect(await cached(sharedKey, () => "computed anew")).toBe("computed anew");
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(leftovers()).toEqual([]);
  });
});

describe("a damaged cache file", () => {
  async function damaged(change: (bytes: Buffer) => Buffer): Promise<string> {
    await cached(key(1), () => ({ data: Float64Array.of(1, 2, 3) }));
    const path = join(folder, files()[0]);
    writeFileSync(path, change(readFileSync(path)));
    return path;
  }

  it("is reported by any single changed byte, with file, both checksums and the cure", async () => {
    const path = await damaged((bytes) => bytes);
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 7) {
      const bytes = Buffer.from(whole);
      bytes[at] ^= 1;
      writeFileSync(path, bytes);
      const failure = cached(key(1), () => expect.unreachable());
      await expect(failure).rejects.toThrow(DataError);
      await expect(failure).rejects.toThrow(path);
    }
    const failure = cached(key(1), () => 1);
    await expect(failure).rejects.toThrow(/checksum [0-9a-f]{64} expected, [0-9a-f]{64} found/);
    await expect(failure).rejects.toThrow(
      "Delete that file, or run with --force (PHASELENS_FORCE=1)",
    );
  });

  it("is reported if it was cut off or is no cache file at all", async () => {
    await damaged((bytes) => bytes.subarray(0, bytes.length - 5));
    await expect(cached(key(1), () => 1)).rejects.toThrow(/is damaged/);
    writeFileSync(join(folder, files()[0]), "<html>");
    await expect(cached(key(1), () => 1)).rejects.toThrow("is not a cache file of format 1");
  });

  it("is reported if it holds the result of another key", async () => {
    await cached(key(1), () => "one");
    const [one] = files();
    await cached(key(2), () => "two");
    const two = files().find((name) => name !== one) as string;
    writeFileSync(join(folder, two), readFileSync(join(folder, one)));
    await expect(cached(key(2), () => 1)).rejects.toThrow(
      /holds the result of another key, .*"params":1/,
    );
  });

  it("is replaced under PHASELENS_FORCE=1", async () => {
    const path = await damaged((bytes) => bytes.subarray(1));
    const old = new Date(Date.now() - 3_600_000);
    utimesSync(path, old, old);
    vi.stubEnv("PHASELENS_FORCE", "1");
    expect(await cached(key(1), () => 5)).toBe(5);
    vi.stubEnv("PHASELENS_FORCE", "");
    expect(await cached(key(1), () => expect.unreachable())).toBe(5);
  });
});

describe("PHASELENS_FORCE", () => {
  it("=1 computes again what an earlier process kept, once", async () => {
    await cached(key(1), () => "old");
    const old = new Date(Date.now() - 3_600_000);
    utimesSync(join(folder, files()[0]), old, old);
    vi.stubEnv("PHASELENS_FORCE", "1");
    expect(await cached(key(1), () => "new")).toBe("new");
    expect(await cached(key(1), () => expect.unreachable())).toBe("new");
  });

  it("as a time keeps what was computed since, so that the processes of one forced run share it", async () => {
    await cached(key(1), () => "before");
    vi.stubEnv("PHASELENS_FORCE", String(Math.floor(Date.now() - 60_000)));
    expect(await cached(key(1), () => expect.unreachable())).toBe("before");
    vi.stubEnv("PHASELENS_FORCE", String(Date.now() + 60_000));
    expect(await cached(key(1), () => "after")).toBe("after");
  });

  it("refuses any other text", async () => {
    vi.stubEnv("PHASELENS_FORCE", "yes");
    await cached(key(1), () => 1).catch(() => undefined);
    vi.stubEnv("PHASELENS_FORCE", "");
    await cached(key(1), () => 1);
    vi.stubEnv("PHASELENS_FORCE", "yes");
    await expect(cached(key(1), () => 1)).rejects.toThrow('PHASELENS_FORCE is "yes"; it must be 1');
  });
});

describe("several processes", () => {
  const sameKey = new URL("./fixtures/sameKey.mjs", import.meta.url);

  it("that ask for one key at the same moment compute it once and all get it", async () => {
    const log = join(folder, "log");
    const runs = await Promise.all([1, 2, 3].map(() => runNode(sameKey, [log, "700"]).ended));
    expect(runs.map(({ stdout }) => stdout.trim())).toEqual(["[1,2,3]", "[1,2,3]", "[1,2,3]"]);
    expect(lines(log)).toHaveLength(1);
    expect(leftovers()).toEqual([]);
  });

  it("take over from one that was killed while it computed", async () => {
    const log = join(folder, "log");
    const first = runNode(sameKey, [log, "60000"]);
    await until(() => lines(log).length === 1);
    const second = runNode(sameKey, [log, "0"]);
    await delay(300); // the second is waiting by now, or will find the lock of a dead process
    first.child.kill("SIGKILL");
    expect((await first.ended).signal).toBe("SIGKILL");
    expect((await second.ended).stdout.trim()).toBe("[1,2,3]");
    expect(lines(log)).toHaveLength(2);
    expect(leftovers()).toEqual([]);
  });

  it("do not wait for a lock whose process number now belongs to another process", async () => {
    await cached(key(1), () => 1);
    const path = join(folder, files()[0]);
    rmSync(path);
    // this very process, but begun at another time
    writeFileSync(
      `${path}.lock`,
      JSON.stringify({ pid: process.pid, host: hostname(), started: "1", token: "x" }),
    );
    expect(await cached(key(1), () => 2)).toBe(2);
  });

  it("do not wait for a process that has ended, even where its start is unknown", async () => {
    const { child, ended } = runNode(sameKey, [join(folder, "log"), "0"]);
    await ended;
    await cached(key(1), () => 1);
    const path = join(folder, files().find((name) => name.startsWith("energy")) as string);
    rmSync(path);
    writeFileSync(
      `${path}.lock`,
      JSON.stringify({ pid: child.pid, host: hostname(), started: null, token: "x" }),
    );
    expect(await cached(key(1), () => 2)).toBe(2);
  });

  it("do not wait for a lock on another machine that has been silent for ten minutes, nor for an empty one", async () => {
    await cached(key(1), () => 1);
    const path = join(folder, files()[0]);
    for (const content of [
      JSON.stringify({ pid: 1, host: "another machine", started: null, token: "x" }),
      "",
    ]) {
      rmSync(path);
      writeFileSync(`${path}.lock`, content);
      const old = new Date(Date.now() - 11 * 60_000);
      utimesSync(`${path}.lock`, old, old);
      expect(await cached(key(1), () => 2)).toBe(2);
    }
    expect(leftovers()).toEqual([]);
  });
});

describe("cachedEach", () => {
  const scan = new URL("./fixtures/scan.mjs", import.meta.url);

  it("computes each item once, in order, and extends a list from where it ended", async () => {
    const compute = vi.fn((item: number, index: number) => item * 10 + index);
    const seen: string[] = [];
    const onDone = (done: number, total: number): number => seen.push(`${done}/${total}`);
    expect(await cachedEach(key("scan"), [5, 6], compute, { onDone })).toEqual([50, 61]);
    expect(await cachedEach(key("scan"), [5, 6, 7], compute, { onDone })).toEqual([50, 61, 72]);
    expect(compute.mock.calls).toEqual([
      [5, 0],
      [6, 1],
      [7, 2],
    ]);
    expect(seen).toEqual(["1/2", "2/2", "1/3", "2/3", "3/3"]);
    // other indices, other results
    expect(await cachedEach(key("scan"), [6, 5], compute)).toEqual([60, 51]);
  });

  it("goes on where a run was killed, and ends with the same bytes as a run that was not", async () => {
    const undisturbed = join(folder, "undisturbed");
    const expected = await runNode(scan, [join(folder, "log-0"), "0"], {
      env: { PHASELENS_CACHE: undisturbed },
    }).ended;
    const resumed = join(folder, "resumed");
    const log = join(folder, "log");
    const first = runNode(scan, [log, "150"], { env: { PHASELENS_CACHE: resumed } });
    // in the middle of the fourth, which blocks its thread
    await until(() => lines(log).length === 4);
    first.child.kill("SIGKILL");
    await first.ended;
    const second = await runNode(scan, [log, "0"], { env: { PHASELENS_CACHE: resumed } }).ended;
    expect(second.stdout).toBe(expected.stdout);
    expect(lines(log)).toEqual(["0", "1", "2", "3", "3", "4", "5", "6", "7", "8", "9"]);
    const tree = (root: string): [string, string][] =>
      readdirSync(root, { recursive: true, encoding: "utf8" })
        .filter((name) => statSync(join(root, name)).isFile())
        .sort()
        .map((name) => [name, readFileSync(join(root, name), "latin1")]);
    expect(tree(resumed)).toEqual(tree(undisturbed));
  });

  it("lets timers and messages through between computations that block the thread", async () => {
    const fired = vi.fn();
    setTimeout(fired, 1);
    const seen: number[] = [];
    await cachedEach(key("blocking"), [0, 1, 2, 3, 4], () => {
      seen.push(fired.mock.calls.length);
      const until = performance.now() + 5;
      while (performance.now() < until);
    });
    expect([seen[0], seen.at(-1)]).toEqual([0, 1]); // long overdue by the last
  });

  it("shares its items between processes that scan the same list at once", async () => {
    const log = join(folder, "log");
    const runs = await Promise.all([1, 2].map(() => runNode(scan, [log, "40"]).ended));
    expect(runs[0].stdout).toBe(runs[1].stdout);
    expect(lines(log).sort()).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  });
});
