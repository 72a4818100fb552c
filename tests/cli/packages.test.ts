import { tellMissing } from "phaselens/internal/cli/packages";
import { MissingPackageError } from "phaselens/internal/core/errors";
import { expect, it } from "vitest";

const charts = ["vega", "vega-lite", "@resvg/resvg-js", "dejavu-fonts-ttf"];
function told(paths: readonly string[], parquet: boolean, there: readonly string[]): string[] {
  const lines: string[] = [];
  const log = { notice: (line: string) => void lines.push(line) };
  tellMissing(paths, parquet, log, (name) => there.includes(name));
  return lines;
}

it("names all missing packages in one line with the command that installs them, before the work", () => {
  expect(told(["a.h5", "b.csv"], false, [...charts, "h5wasm"])).toEqual([]);
  expect(told(["b.csv"], false, ["vega"])).toEqual([
    "Charts are left out without vega-lite, @resvg/resvg-js, dejavu-fonts-ttf. Run: npm install vega-lite @resvg/resvg-js dejavu-fonts-ttf",
  ]);
  const needs = (): unknown => told(["x=a.h5,y=b.parquet"], true, ["vega", "vega-lite"]);
  expect(needs).toThrow(MissingPackageError);
  expect(needs).toThrow(
    "need h5wasm, hyparquet, hyparquet-writer, which are not installed; charts need @resvg/resvg-js, dejavu-fonts-ttf. Run: npm install h5wasm hyparquet hyparquet-writer @resvg/resvg-js dejavu-fonts-ttf",
  );
});

it("finds the packages that are here", () => {
  const lines: string[] = [];
  tellMissing(["a.h5", "b.parquet"], true, { notice: (line) => void lines.push(line) });
  expect(lines).toEqual([]);
});
