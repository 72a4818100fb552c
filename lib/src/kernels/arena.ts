import { ConfigError } from "../core/errors.js";
import { oneOf } from "../core/oneOf.js";
import { bindEdges, type EdgeKernels } from "./edgeKernels.js";
import { bindLattice, type LatticeKernels } from "./latticeKernels.js";
import { moduleBase64 } from "./module.generated.js";
import { bindRandom, type RandomKernels } from "./randomKernels.js";
import { bindRelevance, type RelevanceKernels } from "./relevanceKernels.js";
import { bindSingle, type SingleKernels } from "./singleKernels.js";
import { twins } from "./twins.js";

/**
 * The hot loops. All offsets count doubles from the start of the arena, `…Rows` are offsets (counted in 32-bit
 * integers) of lists of such offsets. The twins in this folder document each one.
 */
export interface Kernels extends EdgeKernels, LatticeKernels, RandomKernels, RelevanceKernels, SingleKernels {
  rowProduct(m: number, n: number, depth: number, aRows: number, aStep: number, bRows: number, cRows: number, bShift?: number): void;
  gatheredSums(
    lists: number, n: number, rows: number, starts: number, entries: number, weights: number, b: number, targets: number, panel: number,
  ): void;
  runSums(lists: number, n: number, rows: number, starts: number, bounds: number, b: number, targets: number, panel: number): void;
  rowDots(m: number, count: number, n: number, aRows: number, bRows: number, c: number, cStep: number): void;
  gram(panels: number, rows: number, packed: number, c: number): void;
  tridiagonalise(n: number, a: number, diagonal: number, offDiagonal: number, reflectors: number, tau: number, w: number, p: number): void;
  applyReflectors(n: number, reflectors: number, tau: number, panels: number, panel: number): void;
  applyRotations(n: number, sweeps: number, ranges: number, rotations: number, panels: number, panel: number): void;
}

/**
 * A block of memory that TypeScript and the compiled kernels share. Hot loops keep their operands here, so that
 * nothing is copied or allocated while they run.
 */
export interface Arena extends Kernels {
  /** "wasm", or "typescript" where WebAssembly SIMD is missing or was declined. */
  readonly backend: "wasm" | "typescript";
  readonly f64: Float64Array;
  readonly f32: Float32Array;
  readonly i32: Int32Array;
  /** Offset of `count` zeroed doubles, aligned to 64 bytes. */
  doubles(count: number): number;
  /** Offset, counted in floats, of `count` zeroed ones; two take the room of a double. */
  floats(count: number): number;
  /** Offset, counted in 32-bit integers, of `count` zeroed ones. */
  integers(count: number): number;
}

const PAGE = 65536;
let compiled: WebAssembly.Module | undefined;

/** True where this engine runs WebAssembly with SIMD; the kernels fall back to TypeScript elsewhere. */
export function wasmAvailable(): boolean {
  try {
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(moduleBase64), (c) => c.charCodeAt(0)));
    return true;
  } catch {
    return false;
  }
}

/**
 * A new arena with room for `doubles` doubles and `integers` 32-bit integers.
 * @throws ConfigError if more is asked for than 4 GiB, or later if more is allocated than was reserved
 */
export function makeArena(size: { doubles: number; integers?: number }, backend: "auto" | "typescript" = "auto"): Arena {
  oneOf(backend, ["auto", "typescript"], "makeArena: the backend");
  // 64 bytes of slack for each of many small allocations, and one line at the start so that 0 is no valid offset
  const capacity = Math.ceil((size.doubles * 8 + (size.integers ?? 0) * 4 + 256 * 64) / PAGE) * PAGE;
  if (!(capacity <= 65535 * PAGE)) {
    throw new ConfigError(`makeArena: ${(capacity / 2 ** 30).toFixed(1)} GiB asked for, at most 4 are possible. Use smaller batches.`);
  }
  const wasm = backend === "auto" && wasmAvailable();
  const memory = wasm ? new WebAssembly.Memory({ initial: capacity / PAGE }) : undefined;
  const buffer: ArrayBuffer = memory ? memory.buffer : new ArrayBuffer(capacity);
  const f64 = new Float64Array(buffer);
  const f32 = new Float32Array(buffer);
  const i32 = new Int32Array(buffer);
  let used = 64;
  const take = (bytes: number): number => {
    const start = used;
    used = Math.ceil((used + bytes) / 64) * 64;
    if (used > capacity) {
      throw new ConfigError(`arena: ${used} bytes needed, ${capacity} were reserved. Reserve more in makeArena.`);
    }
    return start;
  };
  const ops = memory ? bind(new WebAssembly.Instance(compiled!, { env: { memory } }).exports as unknown as Kernels) : twins(f64, f32, i32);
  return {
    backend: wasm ? "wasm" : "typescript",
    f64,
    f32,
    i32,
    doubles: (count) => take(count * 8) / 8,
    floats: (count) => take(count * 4) / 4,
    integers: (count) => take(count * 4) / 4,
    ...ops,
  };
}

/** The compiled kernels want bytes where their TypeScript twins want elements. */
function bind(raw: Kernels): Kernels {
  return {
    rowProduct: (m, n, depth, aRows, aStep, bRows, cRows, bShift = 0) => raw.rowProduct(m, n, depth, aRows * 4, aStep, bRows * 4, cRows * 4, bShift),
    gatheredSums: (lists, n, rows, starts, entries, weights, b, targets, panel) =>
      raw.gatheredSums(lists, n, rows, starts * 4, entries * 4, weights * 8, b * 8, targets * 4, panel * 8),
    runSums: (lists, n, rows, starts, bounds, b, targets, panel) =>
      raw.runSums(lists, n, rows, starts * 4, bounds * 4, b * 8, targets * 4, panel * 8),
    rowDots: (m, count, n, aRows, bRows, c, cStep) => raw.rowDots(m, count, n, aRows * 4, bRows * 4, c * 8, cStep),
    gram: (panels, rows, packed, c) => raw.gram(panels, rows, packed * 8, c * 8),
    tridiagonalise: (n, a, d, e, u, tau, w, p) => raw.tridiagonalise(n, a * 8, d * 8, e * 8, u * 8, tau * 8, w * 8, p * 8),
    applyReflectors: (n, u, tau, panels, panel) => raw.applyReflectors(n, u * 8, tau * 8, panels, panel * 8),
    applyRotations: (n, sweeps, ranges, rotations, panels, panel) => raw.applyRotations(n, sweeps, ranges * 4, rotations * 8, panels, panel * 8),
    ...bindEdges(raw),
    ...bindLattice(raw),
    ...bindRandom(raw),
    ...bindRelevance(raw),
    ...bindSingle(raw),
  };
}
