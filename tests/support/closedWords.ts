import { fileURLToPath } from "node:url";
import ts from "typescript";
import { RECORDS } from "./publicRecords.js";

/**
 * Every option of a public function that takes one of a few words, read off the declarations that
 * ship: "lrp.featureFlipping: order", with the words. Parameters that are words themselves are
 * called by their names.
 */
export function closedWords(folders: readonly string[]): Map<string, readonly string[]> {
  const files = folders.map((folder) =>
    fileURLToPath(new URL(`../../lib/dist/${folder}/index.d.ts`, import.meta.url)),
  );
  const program = ts.createProgram(files, {
    strict: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  });
  const checker = program.getTypeChecker();
  const found = new Map<string, readonly string[]>();
  files.forEach((file, k) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
    for (const [name, exported] of functionsOf(checker, module)) {
      for (const parameter of parametersOf(checker, exported)) {
        const own = new Map<string, readonly string[]>();
        addWords(checker, checker.getTypeOfSymbol(parameter), "", [], own);
        for (const [path, words] of own) {
          const place =
            path === "" || path === "[]" ? parameter.name + path : path.replace(/^\./, "");
          found.set(`${folders[k].replace("/", ".")}.${name}: ${place}`, words);
        }
      }
    }
  });
  return found;
}

/**
 * Made by functions of the library, which refuse what they are not made of; read from files with a
 * schema; or results.
 */
const made = new Set([
  "Network",
  "Layer",
  "AffineLayer",
  "Loss",
  "AttributionMethod",
  "Optimiser",
  "RelevanceRule",
  "MaximumRule",
  "Composite",
  "Mark",
  "Figure",
  "KroneckerCurvature",
  "AuditReport",
  "NetworkDescription",
  "LayerSpec",
  "GeneratedFolder",
  "TreeEnsemble",
]);

/** Exports of a room by name, the members of its records among them. */
const functionsOf = (checker: ts.TypeChecker, module: ts.Symbol): [string, ts.Symbol][] =>
  checker.getExportsOfModule(module).flatMap((exported) =>
    RECORDS.includes(exported.name)
      ? checker
          .getTypeOfSymbol(aliased(checker, exported))
          .getProperties()
          .map((member): [string, ts.Symbol] => [`${exported.name}.${member.name}`, member])
      : [[exported.name, exported]],
  );

const aliased = (checker: ts.TypeChecker, exported: ts.Symbol): ts.Symbol =>
  exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;

function parametersOf(checker: ts.TypeChecker, exported: ts.Symbol): ts.Symbol[] {
  const symbol = aliased(checker, exported);
  if (!(symbol.flags & ts.SymbolFlags.Value)) return [];
  return checker
    .getTypeOfSymbol(symbol)
    .getCallSignatures()
    .flatMap((signature) => signature.parameters);
}

function addWords(
  checker: ts.TypeChecker,
  type: ts.Type,
  path: string,
  above: readonly ts.Type[],
  found: Map<string, readonly string[]>,
): void {
  const parts = type.isUnion() ? type.types : [type];
  if (parts.some((part) => made.has(nameOf(part))) || made.has(nameOf(type))) return;
  const words = parts.flatMap((part) => (part.isStringLiteral() ? [part.value] : []));
  if (words.length > 0) found.set(path, words);
  for (const part of parts) {
    if (checker.isArrayType(part))
      addWords(
        checker,
        checker.getTypeArguments(part as ts.TypeReference)[0],
        `${path}[]`,
        above,
        found,
      );
    if (above.includes(part) || !isRecord(checker, part)) continue;
    for (const property of checker.getPropertiesOfType(part)) {
      addWords(
        checker,
        checker.getTypeOfSymbol(property),
        `${path}.${property.name}`,
        [...above, part],
        found,
      );
    }
  }
}

const nameOf = (type: ts.Type): string => type.aliasSymbol?.name ?? type.getSymbol()?.name ?? "";

/** An object of settings: no function, no array, nothing of the language itself. */
function isRecord(checker: ts.TypeChecker, type: ts.Type): boolean {
  const own = (type.flags & ts.TypeFlags.Object) !== 0 || type.isIntersection();
  const builtIn = type
    .getSymbol()
    ?.declarations?.some(
      (one) =>
        one.getSourceFile().hasNoDefaultLib || /node_modules/.test(one.getSourceFile().fileName),
    );
  return own && !builtIn && type.getCallSignatures().length === 0 && !checker.isArrayType(type);
}
