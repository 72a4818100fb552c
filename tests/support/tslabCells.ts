import { createRequire } from "node:module";
import { inProject } from "../../environment/base/project.mjs";

const require = createRequire(import.meta.url);

interface Converted {
  output?: string;
  declOutput?: string;
  diagnostics: { messageText: string }[];
  hasToplevelAwait?: boolean;
  lastExpressionVar?: string;
}
interface Converter {
  convert(previous: string, source: string): Converted;
  close(): void;
}

let converter: Converter | undefined;

/** tslab's own converter with the kernel's repairs, working in `notebooks/`. */
function tslab(): Converter {
  if (converter) return converter;
  const { replaceCompiler } = require("../../environment/kernel/typescript.cjs") as {
    replaceCompiler(): void;
  };
  replaceCompiler();
  const compiler = require("@tslab/typescript-for-tslab") as { sys: object };
  const unwatched = () => ({ close() {} });
  Object.assign(compiler.sys, {
    watchFile: unwatched,
    watchDirectory: unwatched,
    getCurrentDirectory: () => inProject("notebooks"),
  });
  const { createConverter } = require("tslab/dist/converter") as {
    createConverter(options: object): Converter;
  };
  const { repairedConverter } = require("../../environment/kernel/cells.cjs") as {
    repairedConverter(made: Converter): Converter;
  };
  return (converter = repairedConverter(createConverter({ isJS: false, isBrowser: false })));
}

/**
 * What tslab makes of cells, one after the other: the twin of what the runner compiles ahead.
 * @throws Error naming the cell that does not compile
 */
export function tslabCells(code: readonly string[]): object[] {
  let previous = "";
  return code.map((source, k) => {
    const { output, declOutput, diagnostics, ...rest } = tslab().convert(previous, source);
    if (diagnostics.length > 0) throw new Error(`cell ${k + 1}: ${diagnostics[0].messageText}`);
    previous = declOutput ?? "";
    const { hasToplevelAwait, lastExpressionVar } = rest;
    return { output, lastExpressionVar, hasToplevelAwait };
  });
}

export function closeTslab(): void {
  converter?.close();
  converter = undefined;
}
