import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { core, nn } from "phaselens";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { encodeNpy } from "phaselens/internal/core/files/npy";
import { buildPage, pagePath } from "../../environment/explain-page/page.mjs";
import { zip } from "../interop/zip.js";
import { describeWithBrowser } from "../support/browser.js";
import { bytesOf, treeOracles } from "../support/treeOracles.js";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../interop/fixtures/${name}`, import.meta.url));

/** Tensors as .safetensors has them: length of the header, header, doubles. */
function safetensors(tensors: Readonly<Record<string, core.Tensor>>): Uint8Array {
  let at = 0;
  const header: Record<string, unknown> = {};
  for (const [name, { shape, data }] of Object.entries(tensors))
    header[name] = { dtype: "F64", shape, data_offsets: [at, (at += data.byteLength)] };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
  const numbers = Object.values(tensors).map(({ data }) => new Uint8Array(data.slice().buffer));
  return Buffer.concat([length, text, ...numbers]);
}

describeWithBrowser("what is dropped on the page that explains", (browser) => {
  let context: BrowserContext;
  let page: Page;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "phaselens-dropped-"));
    await buildPage();
    context = await browser().newContext();
    await context.setOffline(true);
  }, 300_000);
  afterAll(async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const written = (name: string, content: Uint8Array | string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  /** The page anew, with files dropped by an event as a hand's. @returns what is said of each */
  const dropped = async (paths: readonly string[]): Promise<Record<string, string>> => {
    page = await context.newPage();
    await page.goto(pathToFileURL(pagePath).href);
    const files = paths.map((path) => [basename(path), readFileSync(path, "base64")] as const);
    await page.evaluate((own) => {
      const transfer = new DataTransfer();
      for (const [name, content] of own) {
        const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
        transfer.items.add(new File([bytes], name));
      }
      const init = { dataTransfer: transfer, bubbles: true, cancelable: true };
      document.querySelector(".drop")!.dispatchEvent(new DragEvent("drop", init));
    }, files);
    await page.waitForSelector("#explain", { timeout: 60_000 });
    return said();
  };
  const said = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      await page.$$eval("form tbody tr", (rows) =>
        (rows as HTMLTableRowElement[]).map(
          ({ cells }) => [cells[0].textContent, cells[1].textContent] as const,
        ),
      ),
    );

  it("is read as data, whichever of the formats: npz, HDF5, ROOT, Parquet", async () => {
    const npz = zip([
      { name: "x.npy", data: Buffer.from(encodeNpy(core.tensor([5, 2]))), deflate: true },
      { name: "y.npy", data: Buffer.from(encodeNpy(core.tensor([5]))), deflate: true },
    ]);
    const found = await dropped([
      written("set.npz", npz),
      fixture("hdf5/numbers.h5"),
      fixture("root/branches.root"),
      fixture("jets.root"),
      fixture("parquet/none.parquet"),
      fixture("parquet/zstd.parquet"),
    ]);
    expect(found).toMatchObject({
      "set.npz/x.npy": "shape 5 × 2",
      "set.npz/y.npy": "shape 5",
      "numbers.h5/standard/<f4.npy": "shape 2 × 3",
      "branches.root.csv": expect.stringMatching(/^17 columns: number, one_B, /),
      // its tree is in a folder
      "jets.root.csv": expect.stringMatching(/^7 columns: .*fj_pt, fj_sdmass/),
      "none.parquet": "7 columns: mass, single, count, byte, yes, kind, holes",
      "zstd.parquet": "7 columns: mass, single, count, byte, yes, kind, holes",
    });
    // one array that doubles do not hold leaves the others as they are
    expect(found["numbers.h5/beyond.npy"]).toContain("beyond the integers a double holds");
  }, 120_000);

  it("is read as a model: .keras and trees of XGBoost in UBJSON", async () => {
    const ubj = bytesOf(Object.fromEntries(treeOracles("xgboost"))["squared.ubj"]);
    for (const [path, method] of [
      [written("trees.ubj", ubj), "shapley"],
      [fixture("keras_files/entries.keras"), "lrp"],
    ]) {
      expect(await dropped([path])).toEqual({ [basename(path)]: "" }); // nothing is wrong with it
      expect(await page.inputValue("#role-0")).toBe("model");
      expect(await page.inputValue("#option-method")).toBe(method);
    }
  }, 120_000);

  it("may be a state dictionary, whose network is guessed or named", async () => {
    const rng = core.makeRng(3);
    const random = (shape: number[]): core.Tensor => {
      const own = core.tensor(shape);
      own.data.forEach((_, k) => (own.data[k] = rng.normal()));
      return own;
    };
    const chain = safetensors({
      "fc1.weight": random([4, 2]),
      "fc1.bias": random([4]),
      "fc2.weight": random([3, 4]),
      "fc2.bias": random([3]),
    });
    const rows = Array.from({ length: 8 }, () => `${rng.normal()},${rng.normal()}`);
    const table = written("points.csv", `a,b\n${rows.join("\n")}\n`);
    const found = await dropped([written("net.safetensors", chain), table]);
    expect(found["net.safetensors"]).toBe(
      "4 tensors: fc1.weight 4 × 2, fc1.bias 4, fc2.weight 3 × 4, fc2.bias 3",
    );
    expect(JSON.parse(await page.inputValue("#option-network"))).toEqual([
      { type: "dense", inputs: 2, outputs: 4 },
      { type: "relu" },
      { type: "dense", inputs: 4, outputs: 3 },
    ]);
    expect(await page.inputValue("#option-loss")).toBe("cross-entropy");
    // a network that they do not fit is refused before anything is computed
    const wrong = [{ type: "dense", inputs: 2, outputs: 3 }];
    await page.fill("#option-network", JSON.stringify(wrong));
    await page.press("#option-network", "Tab");
    await page.waitForSelector("form .wrong");
    const tanh = [
      { type: "dense", inputs: 2, outputs: 4 },
      { type: "tanh" },
      { type: "dense", inputs: 4, outputs: 3 },
    ];
    await page.fill("#option-network", JSON.stringify(tanh));
    await page.press("#option-network", "Tab");
    await page.waitForSelector("form .wrong", { state: "detached" });
    await page.click("#explain");
    await page.waitForSelector(".point section figure", { timeout: 60_000 });
  }, 120_000);

  it("may be a state dictionary of a network with several inputs, by its name", async () => {
    const options = { sets: { tracks: [3, 4] as const }, each: [5], after: [4] };
    const network = nn.deepSets(options);
    const tensors = Object.fromEntries(
      nn.parameterBlocks(network).map(({ node, role, shape }) => {
        const own = core.tensor([...shape]);
        own.data.forEach((_, k) => (own.data[k] = Math.sin(k + node)));
        return [`layers.${node}.${role}`, own] as const;
      }),
    );
    const mask = core.tensor([6, 1, 4]);
    mask.data.fill(1);
    await dropped([
      written("sets.safetensors", safetensors(tensors)),
      written("tracks.npy", encodeNpy(core.tensor([6, 3, 4]))),
      written("tracks_mask.npy", encodeNpy(mask)),
    ]);
    await page.fill("#option-network", JSON.stringify({ deepSets: options }));
    await page.press("#option-network", "Tab");
    await page.waitForFunction(
      () => document.querySelectorAll("form [aria-label^='Input for']").length === 2,
    );
    expect((await said())["tracks.npy"]).toContain("6 × 3 × 4");
    await page.selectOption("#option-parts", "none");
    await page.click("#explain");
    await page.waitForSelector(".point section figure", { timeout: 60_000 });
    expect(await page.$$eval("button[id^=compute-]", (all) => all.length)).toBeGreaterThan(0);
  }, 120_000);
});
