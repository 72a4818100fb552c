import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import Ajv from "ajv";
import { describe, expect, it } from "vitest";
import { figures } from "phaselens";
import { ConfigError, NumericalError, toRows } from "phaselens/core";
import * as vega from "vega";
import { compile } from "vega-lite";
import { examples, extrapolation, influence, orderParameter } from "./examples.js";

type Node = Record<string, unknown>;

/** Every object inside a spec, with the spec itself. */
function nodes(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodes);
  if (value === null || typeof value !== "object") return [];
  return [value as Node, ...Object.values(value).flatMap(nodes)];
}

// JupyterLab 4 bundles Vega-Lite 5.6.1; README.md says where the schema is from.
const schema = JSON.parse(
  gunzipSync(readFileSync(new URL("vega-lite-5.6.1.schema.json.gz", import.meta.url))).toString(),
) as object;
const ajv = new Ajv({ allErrors: false, unknownFormats: "ignore", logger: false });
const validate = ajv.compile(schema);

describe("every example figure", () => {
  it.each(examples)("$id names schema version 5", ({ spec }) => {
    expect((spec as Node).$schema).toBe("https://vega.github.io/schema/vega-lite/v5.json");
  });

  it.each(examples)("$id is valid in Vega-Lite 5.6.1, which JupyterLab draws", ({ spec }) => {
    expect(validate(spec), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  });

  it.each(examples)("$id compiles without a warning", ({ spec }) => {
    const warnings: unknown[] = [];
    const logger = vega.logger(vega.Warn);
    logger.warn = logger.error = (...messages: readonly unknown[]) => (
      warnings.push(...messages),
      logger
    );
    vega.parse(compile(structuredClone(spec) as Parameters<typeof compile>[0], { logger }).spec);
    expect(warnings).toEqual([]);
  });

  it.each(examples)(
    "$id has a title on every position axis, and a tooltip on every mark but the legend's",
    ({ spec }) => {
      const units = nodes(spec).filter((node) => "mark" in node);
      expect(units.length).toBeGreaterThan(0);
      for (const unit of units) {
        const { x, y, tooltip, stroke } = unit.encoding as Record<string, Node | undefined>;
        for (const channel of [x, y]) if (channel?.field) expect(channel.title).toMatch(/\S/);
        if (!stroke) expect(tooltip).toBeInstanceOf(Array);
      }
    },
  );

  // Regression: these may be wrong, they must not drift. `vitest -u` rewrites them after a look at
  // the picture.
  it.each(examples)("$id is what it was", async ({ id, spec }) => {
    await expect(`${JSON.stringify(spec)}\n`).toMatchFileSnapshot(`snapshots/${id}.json`);
  });
});

describe("the schema check", () => {
  it("refuses a property that version 5.6.1 does not know", () => {
    const spec = structuredClone(orderParameter.spec) as Node;
    spec.layer = [{ mark: { type: "point", sprinkles: true }, encoding: {} }];
    expect(validate(spec)).toBe(false);
  });
});

describe("Dawid et al. 2021", () => {
  it("Fig. 2: the background changes at V₁ / J = 1 on a symmetric-log axis from 0", () => {
    const regions = Object.values(
      (orderParameter.spec as { datasets: Record<string, Node[]> }).datasets,
    )
      .flat()
      .filter((row) => "to" in row);
    expect(regions).toEqual([
      { from: 0, to: 1, phase: "LL" },
      { from: 1, to: 40, phase: "CDW-I" },
    ]);
    const encodings = nodes(orderParameter.spec).flatMap((node): Record<string, Node>[] =>
      "encoding" in node ? [node.encoding as Record<string, Node>] : [],
    );
    const scales = encodings.flatMap((encoding) => encoding.x?.scale ?? []);
    expect(scales).toHaveLength(5);
    for (const scale of scales)
      expect(scale).toEqual({ type: "symlog", constant: 1, domain: [0, 40], nice: false });
  });

  it("Fig. 3: six lettered panels, a table shared by all of them is stored once", () => {
    const spec = influence.spec as {
      concat: { title: { text: string } }[];
      columns: number;
      datasets: Record<string, unknown[]>;
    };
    expect(spec.concat.map((panel) => panel.title.text.slice(0, 3))).toEqual([
      "(a)",
      "(b)",
      "(c)",
      "(d)",
      "(e)",
      "(f)",
    ]);
    expect(spec.columns).toBe(3);
    expect(Object.values(spec.datasets).filter((rows) => rows.length === 13)).toHaveLength(1);
  });

  it("Fig. 3: each panel marks its own most helpful points green, its most harmful red, its test point orange", () => {
    const spec = influence.spec as {
      concat: Node[];
      datasets: Record<string, Record<string, number>[]>;
    };
    const testPoints = [0.26, 1.2, 39];
    spec.concat.forEach((panel, p) => {
      const units = nodes(panel).filter((node) => (node.mark as Node | undefined)?.color) as {
        mark: Node;
        data: { name: string };
      }[];
      const rows = (colour: string) =>
        units
          .filter((unit) => unit.mark.color === colour)
          .flatMap((unit) => spec.datasets[unit.data.name]);
      const field = `${p < 3 ? "influence" : "relatif"}${p % 3}`;
      const training = Object.values(spec.datasets).find((table) => table.length === 13) ?? [];
      const sorted = training.map((row) => row[field]).sort((a, b) => b - a);
      expect(rows(figures.palette.helpful).map((row) => row[field])).toEqual(sorted.slice(0, 3));
      expect(rows(figures.palette.harmful).map((row) => row[field])).toEqual(
        sorted.slice(-3).reverse(),
      );
      expect(rows(figures.palette.testPoint)).toEqual([{ x: testPoints[p % 3] }]);
    });
  });

  it("Fig. 5: loss and extrapolation score have y axes of their own", () => {
    const spec = extrapolation.spec as { layer: Node[]; resolve: unknown };
    expect(spec.resolve).toEqual({ scale: { y: "independent" } });
    const titles = spec.layer.map((group) =>
      nodes(group).flatMap(
        (node) => (node.encoding as Record<string, Node> | undefined)?.y?.title ?? [],
      ),
    );
    expect(titles.map((list) => [...new Set(list)])).toEqual([
      ["minimal test loss"],
      ["extrapolation score (LEES)"],
    ]);
  });
});

describe("a figure", () => {
  const rows = toRows({ v: [1, 2], y: [0.1, 0.2], phase: ["LL", "CDW-I"] });
  const x = { field: "v", title: "V₁ / J" };
  const y = { field: "y", title: "influence I" };
  const id = "dawid2021-fig3";
  const title = "A title";

  it.each([
    "fig3",
    "dawid2021",
    "dawid2021-fig",
    "Dawid2021-fig3",
    "dawid2021-fig3/../x",
    "dawid2021-fig3 ",
    "",
  ])("refuses the id %j", (bad) => {
    expect(() => figures.scatter({ id: bad, title, rows, x, y })).toThrow(ConfigError);
  });

  it.each(["dawid2021-fig3", "dawid2021-fig2a", "bluecher2020-eq1", "dawid2021-fig3-appendix-b"])(
    "takes the id %j",
    (good) => {
      expect(figures.scatter({ id: good, title, rows, x, y }).id).toBe(good);
    },
  );

  it("refuses an axis without a title and an empty table", () => {
    expect(figures.scatter({ id, title: "", rows, x, y }).spec).not.toHaveProperty("title"); // for print
    expect(() => figures.scatter({ id, title, rows, x: { field: "v", title: "" }, y })).toThrow(
      /axis has no title/,
    );
    expect(() => figures.scatter({ id, title, rows: [], x, y })).toThrow(/no rows/);
  });

  it("names a field that the rows lack, and those that they have", () => {
    const wrong = { field: "influence", title: "influence I" };
    expect(() => figures.scatter({ id, title, rows, x, y: wrong })).toThrow(
      'points: row 0 has no field "influence"; it has "v", "y", "phase". Name one of these.',
    );
  });

  it.each([NaN, Infinity, -Infinity])("refuses to drop a point at %d in silence", (bad) => {
    expect(() =>
      figures.scatter({ id, title, rows: [...rows, { v: 3, y: bad, phase: "LL" }], x, y }),
    ).toThrow(NumericalError);
  });

  it("refuses a logarithmic axis over values ≤ 0, error bars included, and names the cure", () => {
    const zero = [{ v: 0, y: 1 }];
    expect(() => figures.scatter({ id, title, rows: zero, x: { ...x, scale: "log" }, y })).toThrow(
      /symlog/,
    );
    const wide = [{ v: 1, mean: 0.1, error: 0.2 }];
    const mean = { field: "mean", error: "error", title: "M", scale: "log" } as const;
    expect(() => figures.line({ id, title, rows: wide, x, y: mean })).toThrow(/reach down to -0.1/);
  });

  it("refuses a mark for a right axis that is not there", () => {
    const marks = [figures.points({ rows, x: "v", y: "y", side: "right" })];
    expect(() => figures.layer({ id, title, x, y, marks })).toThrow(/no yRight axis/);
  });

  it("cuts marks at the frame only where data lie outside the chosen domain", () => {
    const clips = (domain: [number, number]) =>
      nodes(figures.scatter({ id, title, rows, x: { ...x, domain }, y }).spec).some(
        (node) => node.clip === true,
      );
    expect([clips([1, 2]), clips([1, 1.5])]).toEqual([false, true]);
  });

  it("does not change the rows it is given, nor shares the legend between figures", () => {
    const copy = structuredClone(rows);
    const figure = figures.scatter({ id, title, rows, x, y, series: { field: "phase" } });
    expect(rows).toEqual(copy);
    expect(nodes(figure.spec).find((node) => "stroke" in node && "fill" in node)).toMatchObject({
      fill: { scale: { domain: ["LL", "CDW-I"] } },
    });
  });
});
