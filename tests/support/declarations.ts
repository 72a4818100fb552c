import { fileURLToPath } from "node:url";
import ts from "typescript";

/** The declarations of the whole library as they ship. */
export const shippedDeclarations = fileURLToPath(
  new URL("../../lib/dist/index.d.ts", import.meta.url),
);

/** What TypeScript makes of declarations, as a strict project under NodeNext sees them. */
export function programOf(index: string): ts.Program {
  return ts.createProgram([index], {
    strict: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  });
}
