import ts from "typescript";
import { programOf, shippedDeclarations } from "./declarations.js";

/** A public name, of a value or a type, and what its declaration tells a reader. */
export interface DocumentedValue {
  /** "hessian.influence". */
  readonly name: string;
  /** The text of its docstring, without its tags. */
  readonly text: string;
  /** Properties of its options that may be left out and do not say what happens then. */
  readonly silent: readonly string[];
  /** The code of its `@example`s. */
  readonly examples: readonly string[];
}

/** What says that something may be left out, and what holds then. */
const SAYS =
  /\b(default|absent|absence|without|unless|otherwise|none|left out|omitted|only for|only if|needed)\b/i;

/**
 * Every public name by the declarations that ship, with the optional properties of its options
 * that are silent. Options are records among the parameters, inline or named "…Options" and the
 * like, not what functions of the library make (a network, a loss).
 * @param index  the declarations of the whole library (default those of lib/dist)
 */
export function documentedValues(index: string = shippedDeclarations): DocumentedValue[] {
  const program = programOf(index);
  const checker = program.getTypeChecker();
  const rooms = exportsOf(checker, checker.getSymbolAtLocation(program.getSourceFile(index)!)!);
  return rooms.flatMap(([room, symbol]) => values(checker, room, symbol));
}

const exportsOf = (checker: ts.TypeChecker, module: ts.Symbol): [string, ts.Symbol][] =>
  checker
    .getExportsOfModule(module)
    .map((one) => [
      one.name,
      one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one,
    ]);

function values(checker: ts.TypeChecker, room: string, module: ts.Symbol): DocumentedValue[] {
  return exportsOf(checker, module).flatMap(([own, symbol]) => {
    const name = `${room}.${own}`;
    if (symbol.flags & ts.SymbolFlags.ValueModule) return values(checker, name, symbol);
    const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    const examples = symbol
      .getJsDocTags(checker)
      .filter((tag) => tag.name === "example")
      .map((tag) => ts.displayPartsToString(tag.text).replace(/^```ts\n|\n```$/g, ""));
    const isValue = (symbol.flags & ts.SymbolFlags.Value) !== 0;
    return [{ name, text, silent: isValue ? silentOptions(checker, symbol) : [], examples }];
  });
}

function silentOptions(checker: ts.TypeChecker, symbol: ts.Symbol): string[] {
  const told = symbol
    .getJsDocTags(checker)
    .map(({ text }) => ts.displayPartsToString(text).replace(/\s+/g, " "));
  const signatures = checker.getTypeOfSymbol(symbol).getCallSignatures();
  const found = signatures.flatMap(({ parameters }) =>
    parameters.flatMap((parameter) => {
      const type = checker.getNonNullableType(checker.getTypeOfSymbol(parameter));
      const parts = type.isUnion() ? type.types : [type];
      return parts
        .filter((part) => isOptions(checker, part, parameter))
        .flatMap((part) => checker.getPropertiesOfType(part))
        .filter((property) => property.flags & ts.SymbolFlags.Optional)
        .filter((property) => !says(checker, property, told))
        .map((property) => property.name);
    }),
  );
  return [...new Set(found)];
}

/** The property's own docstring says it, or a tag of the function, `@param options.name …`. */
function says(checker: ts.TypeChecker, property: ts.Symbol, told: readonly string[]): boolean {
  if (SAYS.test(ts.displayPartsToString(property.getDocumentationComment(checker)))) return true;
  const named = new RegExp(`^(?:\\w+\\.)?${property.name}\\b`);
  return told.some((text) => named.test(text) && SAYS.test(text));
}

/** Results and things that functions of the library make; nobody writes them as options. */
const MADE =
  /^(Network|\w*Layer|Loss|Dataset|Samples|Tensor|\w*Operator|Rng|Lattice|Figure|Composite|\w*Rule|\w*Method|Optimiser|Estimate|\w*Solver|\w*Curvature|\w*Hessian|\w*Report|Action|Mark|Jets|JetSample|EnsembleReport|AbortSignal|\w*Model|SavedNetwork)$/;

function isOptions(checker: ts.TypeChecker, type: ts.Type, parameter: ts.Symbol): boolean {
  const name = type.aliasSymbol?.name ?? type.getSymbol()?.name ?? "";
  const own = (type.flags & ts.TypeFlags.Object) !== 0 || type.isIntersection();
  if (!own || MADE.test(name) || type.getCallSignatures().length > 0) return false;
  if (checker.isArrayType(type) || checker.isTupleType(type)) return false;
  const builtIn = type
    .getSymbol()
    ?.declarations?.some((one) => /node_modules/.test(one.getSourceFile().fileName));
  return !builtIn && parameter.name !== "this";
}
