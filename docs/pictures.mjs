// node docs/pictures.mjs: the README's pictures in docs/pictures, from the figures that `npm start`
// leaves in results/figures.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Resvg } from "@resvg/resvg-js";

/** Figures shown in the README, and their widths there in pixels. */
const pictures = { "bluecher2020-fig4": 1000, "dawid2021-fig3": 1200, "neubauer2022-fig1a": 900 };

const here = dirname(fileURLToPath(import.meta.url));
const fonts = join(
  dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json")),
  "ttf",
);
const fontFiles = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf"].map((name) =>
  join(fonts, name),
);

mkdirSync(join(here, "pictures"), { recursive: true });
let total = 0;
for (const [id, width] of Object.entries(pictures)) {
  const svg = readFileSync(join(here, "..", "results", "figures", `${id}.svg`), "utf8");
  const image = new Resvg(svg, {
    fitTo: { mode: "width", value: width },
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: "DejaVu Sans" },
    background: "white",
  });
  const png = image.render().asPng();
  writeFileSync(join(here, "pictures", `${id}.png`), png);
  total += png.length;
  console.log(`docs/pictures/${id}.png  ${Math.round(png.length / 1000)} kB`);
}
console.log(`${Math.round(total / 1000)} kB in all`);
