import { kind, optional, record, truth } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ShapeError } from "../../core/errors.js";
import type { Shape } from "../../core/tensor.js";
import { broadcastProduct } from "./broadcastProduct.js";
import { built } from "./builtLayer.js";
import type { BuiltSpec } from "./layerSpec.js";
import type { ProductLayer } from "./layer.js";
import { matrixProduct, type MatrixProduct } from "./matrixProduct.js";
import type { ProductMap } from "./productMap.js";
import { prepareProduct } from "./productStep.js";
import { broadcast } from "./sourceTables.js";

/** Options of `multiply`. */
export interface MultiplyOptions {
  /**
   * The number of the input that carries what the other one weighs: behind a gate or a mask that is
   * the signal, and rules of relevance give it all (default: none, both carry half).
   */
  readonly signal?: 0 | 1;
}

/** Options of `matmul`. */
export interface MatmulOptions extends MultiplyOptions {
  /** Whether the last two axes of the first input are exchanged (default false). */
  readonly transposeA?: boolean;
  /** Whether those of the second are (default false). */
  readonly transposeB?: boolean;
}

/**
 * Two inputs multiplied entry by entry, y = a b. Axes of extent 1, and those that one of them lacks
 * in front, are repeated, as NumPy broadcasts.
 * @example
 * ```ts
 * import { core, nn } from "phaselens";
 * const square = nn.graph((x, then) => then(nn.multiply(), x, x));
 * const y = nn.predict(square, new Float64Array(0), core.tensor([1, 2], [3, -1]));
 * console.log(Array.from(y.data)); // → [ 9, 1 ]
 * ```
 */
export function multiply(options: MultiplyOptions = {}): ProductLayer {
  takes("multiply", { options: [options, record({ signal: optional(input) })] });
  const { signal } = options;
  const outputShape = ([a, b]: readonly Shape[]): Shape =>
    broadcast(a, b) ?? mismatch("multiply", a, b);
  return productLayer({ type: "multiply" }, signal, outputShape, broadcastProduct);
}

/**
 * The product of two matrices, y = A B, for all that stand one after the other along further axes
 * in front, which broadcast.
 */
export function matmul(options: MatmulOptions = {}): ProductLayer {
  const flag = optional(truth);
  takes("matmul", {
    options: [options, record({ signal: optional(input), transposeA: flag, transposeB: flag })],
  });
  const { signal, transposeA = false, transposeB = false } = options;
  const flags = { ...(transposeA && { transposeA }), ...(transposeB && { transposeB }) };
  const of = (a: Shape, b: Shape): MatrixProduct => {
    const [rows, depth] = lastTwo(a, transposeA);
    const [other, columns] = lastTwo(b, transposeB);
    const outer = broadcast(a.slice(0, -2), b.slice(0, -2));
    if (a.length < 2 || b.length < 2 || depth !== other || !outer) return mismatch("matmul", a, b);
    return { a, b, outer, rows, depth, columns, transposeA, transposeB };
  };
  const outputShape = ([a, b]: readonly Shape[]): Shape => {
    const { outer, rows, columns } = of(a, b);
    return [...outer, rows, columns];
  };
  return productLayer({ type: "matmul", ...flags }, signal, outputShape, (a, b) =>
    matrixProduct(of(a, b)),
  );
}

const input = kind("0 or 1, an input's number", (value) => value === 0 || value === 1);

const lastTwo = (shape: Shape, transposed: boolean): readonly number[] =>
  transposed ? shape.slice(-2).reverse() : shape.slice(-2);

function mismatch(name: string, a: Shape, b: Shape): never {
  throw new ShapeError(`${name}: inputs of shapes [${a}] and [${b}] cannot be multiplied.`, {
    a,
    b,
  });
}

function productLayer(
  own: BuiltSpec,
  signal: 0 | 1 | undefined,
  outputShape: (inputs: readonly Shape[]) => Shape,
  map: (a: Shape, b: Shape) => ProductMap,
): ProductLayer {
  const flags = Object.keys(own).filter((key) => key !== "type");
  return built<ProductLayer>(
    { ...own, ...(signal !== undefined && { signal }) },
    {
      kind: "product",
      name: `${own.type}${flags.length > 0 ? `(${flags.join(", ")})` : ""}`,
      arity: [2, 2],
      ...(signal !== undefined && { signal }),
      outputShape,
      prepare: prepareProduct,
      map,
    },
  );
}
