import { nodeModule } from "../../core/files/nodeModule.js";
import { glyphWidths } from "./glyphWidths.js";

/** The part of Vega's text metrics that matters here: `width` may be replaced. */
interface TextMetrics {
  width: (item: { readonly fontSize?: number }, text: unknown) => number;
  readonly estimateWidth: TextMetrics["width"];
}

/**
 * Lets Vega measure text with the font that figures are drawn with. Without a canvas it counts .8
 * of the font size for each letter, and half as much again as the text takes is left empty beside
 * titles and legends. Where a canvas or somebody else measures, or the font is not installed,
 * nothing changes.
 */
export async function measureText(): Promise<void> {
  const scenegraph: string = "vega-scenegraph"; // a part of vega without type declarations
  let textMetrics: TextMetrics;
  let widthOf: (character: number) => number;
  try {
    const [{ readFileSync }, { createRequire }] = [
      nodeModule("node:fs", "measuring text"),
      nodeModule("node:module", "measuring text"),
    ];
    ({ textMetrics } = (await import(/* @vite-ignore */ scenegraph)) as {
      textMetrics: TextMetrics;
    });
    widthOf = glyphWidths(
      readFileSync(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf")),
    );
  } catch {
    return; // the estimate makes figures wider, not wrong
  }
  if (textMetrics.width !== textMetrics.estimateWidth) return;
  const known = new Map<number, number>();
  const width = (character: number): number => {
    let w = known.get(character);
    if (w === undefined) known.set(character, (w = widthOf(character)));
    return w;
  };
  textMetrics.width = ({ fontSize = 11 }, text) => {
    let sum = 0;
    for (const character of text === null || text === undefined ? "" : String(text))
      sum += width(character.codePointAt(0) as number);
    return sum * fontSize;
  };
}
