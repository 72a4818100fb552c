import { describe, expect, it, vi } from "vitest";
import { figures } from "phaselens";
import { ConfigError } from "phaselens/core";
import { captureDisplay } from "./captureDisplay.js";

const rows = [
  { phase: "LL", points: 501, order: 0.000123456 },
  { phase: "<CDW>", points: 499, order: 0.9 },
];

describe("a table", () => {
  it("is shown as HTML and as aligned text, numbers with the digits asked for", async () => {
    const shown = await captureDisplay(() =>
      figures.table(rows, { title: "Order & phase", digits: 3 }),
    );
    expect(shown).toEqual([
      {
        "text/plain":
          "Order & phase\nphase  points     order\n   LL     501  0.000123\n<CDW>     499       0.9",
        "text/html":
          "<table><caption>Order &amp; phase</caption><thead><tr><th>phase</th><th>points</th><th>order</th></tr></thead>" +
          "<tbody><tr><td>LL</td><td>501</td><td>0.000123</td></tr><tr><td>&lt;CDW&gt;</td><td>499</td><td>0.9</td></tr></tbody></table>",
      },
    ]);
  });

  it("is printed outside of a notebook", () => {
    const printed = vi.spyOn(console, "log").mockImplementation(() => undefined);
    try {
      figures.table(rows, { digits: 3 });
      expect(printed.mock.calls).toEqual([
        ["phase  points     order\n   LL     501  0.000123\n<CDW>     499       0.9"],
      ]);
    } finally {
      printed.mockRestore();
    }
  });

  it("leaves a cell empty where there is no value", async () => {
    const [bundle] = await captureDisplay(() => figures.table([{ a: 1, b: null }]));
    expect(bundle["text/plain"]).toBe("a  b\n1   ");
  });

  it("refuses no rows, rows of different columns and nonsense", () => {
    expect(() => figures.table([])).toThrow(ConfigError);
    expect(() => figures.table([{ a: 1 }, { b: 2 }])).toThrow('table: row 1 has no "a"');
    expect(() => figures.table({} as never)).toThrow(ConfigError);
    expect(() => figures.table(rows, { digits: 0 })).toThrow(ConfigError);
  });
});
