// node docs/pictures.mjs: the pictures of README and tutorials in docs/pictures, from the figures
// that `npm start` leaves in results/figures and those that the tutorials save where tests run them
// (tests/docs/code.test.ts, tests/slow/pages.test.ts). What is not there is left as it is.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Resvg } from "@resvg/resvg-js";

const here = dirname(fileURLToPath(import.meta.url));
const gallery = join(here, "..", "results", "figures");
const tutorial = (name) => join(here, "..", ".cache", "docs", `docs-tutorials-${name}`, "pictures");

/** Figures, where they are, and the widths of their pictures in pixels. */
const pictures = {
  "bluecher2020-fig4": { from: gallery, width: 1000 },
  "dawid2021-fig3": { from: gallery, width: 1200 },
  "neubauer2022-fig1a": { from: gallery, width: 900 },
  "report-own-tagger": { from: tutorial("your-own-jet-tagger"), width: 800 },
  "report-how-sure": { from: tutorial("how-sure-is-a-prediction"), width: 800 },
  "report-chains": { from: tutorial("errors-of-several-chains"), width: 800 },
};

const fonts = join(
  dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json")),
  "ttf",
);
const fontFiles = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf"].map((name) =>
  join(fonts, name),
);

mkdirSync(join(here, "pictures"), { recursive: true });
let total = 0;
for (const [id, { from, width }] of Object.entries(pictures)) {
  const [source, picture] = [join(from, `${id}.svg`), join(here, "pictures", `${id}.png`)];
  if (!existsSync(source)) {
    console.log(`docs/pictures/${id}.png  as it was: there is no ${source}`);
    if (existsSync(picture)) total += statSync(picture).size;
    continue;
  }
  const image = new Resvg(readFileSync(source, "utf8"), {
    fitTo: { mode: "width", value: width },
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: "DejaVu Sans" },
    background: "white",
  });
  const png = image.render().asPng();
  writeFileSync(picture, png);
  total += png.length;
  console.log(`docs/pictures/${id}.png  ${Math.round(png.length / 1000)} kB`);
}
console.log(`${Math.round(total / 1000)} kB in all`);
