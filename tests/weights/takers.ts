import ts from "typescript";
import { programOf, shippedDeclarations } from "../support/declarations.js";

/**
 * Every public function that is given samples: "hessian.influence", and whether all of what it is
 * given can have weights. Samples are what has inputs and targets side by side, gradients of
 * samples, or a record with either among its properties.
 */
export interface Taker {
  readonly name: string;
  /** Types among its arguments that have inputs and targets and no weights. */
  readonly without: readonly string[];
}

const DEPTH = 3;

export function takers(index: string = shippedDeclarations): Taker[] {
  const program = programOf(index);
  const checker = program.getTypeChecker();
  const found: Taker[] = [];
  const visit = (name: string, symbol: ts.Symbol, depth: number): void => {
    const own = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    if (own.flags & (ts.SymbolFlags.ValueModule | ts.SymbolFlags.NamespaceModule)) {
      for (const one of checker.getExportsOfModule(own)) visit(`${name}${one.name}.`, one, depth);
      return;
    }
    if (!(own.flags & ts.SymbolFlags.Value) && !(own.flags & ts.SymbolFlags.Property)) return;
    const type = checker.getTypeOfSymbol(own);
    const signatures = type.getCallSignatures();
    if (signatures.length === 0 && depth < 1) {
      // a record of functions, such as hessian.bootstrap
      for (const property of checker.getPropertiesOfType(type))
        if (!fromElsewhere(property)) visit(`${name}${property.name}.`, property, depth + 1);
      return;
    }
    const kinds = signatures.flatMap(({ parameters }) =>
      parameters.flatMap((parameter) =>
        samplesIn(checker, checker.getTypeOfSymbol(parameter), DEPTH),
      ),
    );
    if (kinds.length === 0) return;
    const without = kinds.filter(({ weights }) => !weights).map((kind) => kind.name);
    found.push({ name: name.slice(0, -1), without: [...new Set(without)] });
  };
  const root = checker.getSymbolAtLocation(program.getSourceFile(index)!)!;
  for (const room of checker.getExportsOfModule(root)) visit(`${room.name}.`, room, 0);
  return found;
}

interface Kind {
  readonly name: string;
  readonly weights: boolean;
}

const fromElsewhere = (symbol: ts.Symbol): boolean =>
  symbol.declarations?.some((one) => /node_modules/.test(one.getSourceFile().fileName)) ?? true;

function samplesIn(checker: ts.TypeChecker, type: ts.Type, depth: number): Kind[] {
  const whole = checker.getNonNullableType(type);
  if (whole.isUnion()) return whole.types.flatMap((one) => samplesIn(checker, one, depth));
  if (!(whole.flags & ts.TypeFlags.Object) && !whole.isIntersection()) {
    const bound = checker.getBaseConstraintOfType(whole);
    return bound && bound !== whole ? samplesIn(checker, bound, depth) : [];
  }
  if (whole.getCallSignatures().length > 0) return [];
  const properties = checker.getPropertiesOfType(whole).filter((one) => !fromElsewhere(one));
  const names = properties.map(({ name }) => name);
  const own = whole.aliasSymbol?.name ?? whole.getSymbol()?.name ?? "record";
  const sided = names.includes("target") && (names.includes("x") || names.includes("inputs"));
  const read = names.includes("readInput") && names.includes("readTarget");
  const gradients = names.includes("totalWeight");
  if (sided || read || gradients) return [{ name: own, weights: names.includes("weights") }];
  if (depth === 0) return [];
  return properties.flatMap((property) =>
    samplesIn(checker, checker.getTypeOfSymbol(property), depth - 1),
  );
}
