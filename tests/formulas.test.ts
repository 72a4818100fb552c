import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("../lib/src", import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !/assembly|generated/.test(file))
  .map((file) => ({ file, code: codeOf(readFileSync(join(source, file), "utf8")) }));

/** Without lines of comment. */
function codeOf(text: string): string {
  return text.replace(/^\s*(\/\/|\/?\*).*$/gm, "");
}

/** How each formula is written, and where. Whoever needs it calls what stands there. */
const formulas: Record<string, readonly [RegExp, string]> = {
  "the logistic function": [/1 \/ \(1 \+ Math\.exp\(-/, "nn/losses/logistic.ts"],
  "log(1 + e^z)": [/Math\.log1p\(Math\.exp\(/, "nn/losses/logistic.ts"],
  "the number of windows": [
    /Math\.floor\([^\n]*\) \/ stride\[\w+\]\) \+ 1/,
    "nn/layers/windowSites.ts",
  ],
  "the site that a tap meets": [/\* stride\[\w+\] \+[^\n]*- padding\[/, "nn/layers/windowSites.ts"],
  "residues modulo the stride": [/% step\w?\) \* lane/, "nn/layers/stagedInput.ts"],
  "three axes": [/\(3 - \w+\.length\)/, "nn/layers/stagedInput.ts"],
  "Adam's bias corrections": [/1 - power\(beta[12], /, "kernels/updateRules.ts"],
  "Adam's moments": [/\(1 - beta[12]\) \*/, "kernels/updateRules.ts"],
  momentum: [/momentum \* velocity/, "kernels/updateRules.ts"],
  "the penalties' gradient": [/l2 \* [^\n]*Math\.sign\(/, "kernels/updateRules.ts"],
  "the penalties": [/0\.5 \* l2 \*/, "nn/losses/penalties.ts"],
  "the risk's Hessian product": [/\/ divisor \+ l2 \* v/, "nn/losses/riskTerms.ts"],
};

describe("a formula stands once", () => {
  it.each(Object.entries(formulas))("%s", (_, [written, where]) => {
    const found = files.filter(({ code }) => written.test(code));
    expect(found.map(({ file }) => file)).toEqual([where]);
  });
});
