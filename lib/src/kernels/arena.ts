import * as twins from "./twins/index.js";
import { bothPrecisions } from "./bothPrecisions.js";
import type { Kernels } from "./kernels.js";
import { ConfigError } from "../core/errors.js";
import { oneOf } from "../core/oneOf.js";
import { moduleText } from "./module.generated.js";
import { nativePlace } from "../core/native/blas.js";
import { fusedArithmetic } from "../core/native/fused.js";
import { fusedText } from "./fusedText.js";
import { nativeProducts, type NativeMatrix } from "./nativeProducts.js";
import { PACKING_END } from "./packing.js";
import { unpacked } from "./packedBytes.js";
import type { Views } from "./views.js";

export type { Kernels } from "./kernels.js";

/**
 * A block of memory that TypeScript and the compiled kernels share. Hot loops keep their operands
 * here, so that nothing is copied or allocated while they run.
 */
export interface Arena extends Kernels, Views {
  /** "wasm", or "typescript" where WebAssembly SIMD is missing or was declined. */
  readonly backend: "wasm" | "typescript";
  /** Whether products of compiled kernels are added with one rounding, see `fusedArithmetic`. */
  readonly fused: boolean;
  /** Products of floats by a native library, where there is one. */
  readonly nativeSingle: NativeMatrix;
  /** The same of doubles. */
  readonly nativeDouble: NativeMatrix;
  /** Offset of `count` zeroed doubles, aligned to 64 bytes. */
  doubles(count: number): number;
  /** Offset, counted in floats, of `count` zeroed ones; two take the room of a double. */
  floats(count: number): number;
  /** Offset, counted in 32-bit integers, of `count` zeroed ones. */
  integers(count: number): number;
}

const PAGE = 65536;

/** What is needed of the engine's own; its types come only with all those of a browser's page. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Memory: new (pages: { initial: number }) => Memory;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};
interface Memory {
  readonly buffer: ArrayBuffer;
}
let compiled: object | undefined;
let compiledFused: object | undefined;

const moduleOf = (text: string): object => new WebAssembly.Module(unpacked(text));

/**
 * True where this engine runs WebAssembly with SIMD; the kernels fall back to TypeScript elsewhere.
 */
export function wasmAvailable(): boolean {
  try {
    compiled ??= moduleOf(moduleText);
    return true;
  } catch {
    return false;
  }
}

/**
 * A new arena with room for `doubles` doubles and `integers` 32-bit integers.
 * @throws ConfigError if more is asked for than 4 GiB, or later if more is allocated than was
 *   reserved
 */
export function makeArena(
  size: { doubles: number; integers?: number },
  backend: "auto" | "typescript" = "auto",
): Arena {
  oneOf(backend, ["auto", "typescript"], "makeArena: the backend");
  // 64 bytes of slack for each of many small allocations; the start is the same for both kinds, and
  // so are offsets
  const asked = size.doubles * 8 + (size.integers ?? 0) * 4 + SLACK;
  const capacity = Math.ceil((PACKING_END + asked) / PAGE) * PAGE;
  if (!(capacity <= 65535 * PAGE)) {
    throw new ConfigError(
      `makeArena: ${(capacity / 2 ** 30).toFixed(1)} GiB asked for, at most 4 are possible. Use smaller batches.`,
    );
  }
  const wasm = backend === "auto" && wasmAvailable();
  const small = wasm && asked <= SMALL;
  const kind = `${fusedArithmetic()} ${!nativePlace()}`;
  let block = small ? shared : undefined;
  if (block?.kind !== kind || block.used + capacity > SHARED)
    block = { kind, kernels: kernelsIn(small ? SHARED : capacity, wasm), used: PACKING_END };
  if (small) shared = block;
  const [begin, end] = [block.used, block.used + capacity - PACKING_END];
  let used = begin;
  block.used = end;
  const take = (bytes: number): number => {
    const start = used;
    used = Math.ceil((used + bytes) / 64) * 64;
    if (used > end) {
      throw new ConfigError(
        `arena: ${used - begin} bytes needed, ${end - begin} were reserved. Reserve more in makeArena.`,
      );
    }
    return start;
  };
  return {
    ...block.kernels,
    doubles: (count) => take(count * 8) / 8,
    floats: (count) => take(count * 4) / 4,
    integers: (count) => take(count * 4) / 4,
  };
}

/** Room for many small allocations, bytes. */
const SLACK = 256 * 64;
/**
 * Arenas of up to so many bytes stand in one memory of SHARED bytes, next to one another: to set up
 * memory and kernels takes longer than most calls of a small network. A memory goes when the last
 * of its arenas does.
 */
const SMALL = 1 << 18;
const SHARED = 1 << 22;
/** The memory in which small arenas are made, what its kernels are, and how much of it is taken. */
let shared: { readonly kind: string; readonly kernels: InMemory; used: number } | undefined;
type InMemory = Omit<Arena, "doubles" | "floats" | "integers">;

/** A new memory with the kernels that work there. */
function kernelsIn(bytes: number, wasm: boolean): InMemory {
  const memory = wasm ? new WebAssembly.Memory({ initial: bytes / PAGE }) : undefined;
  const buffer: ArrayBuffer = memory ? memory.buffer : new ArrayBuffer(bytes);
  const views: Views = {
    f64: new Float64Array(buffer),
    f32: new Float32Array(buffer),
    i32: new Int32Array(buffer),
  };
  const fused = wasm && fusedArithmetic();
  return {
    backend: wasm ? "wasm" : "typescript",
    fused,
    ...views,
    nativeSingle: () => false,
    nativeDouble: () => false,
    ...(memory ? compiledKernels(memory, views, fused) : bindTwins(views)),
  };
}

/**
 * The exports of the module, which take what the twins take, in place of some of them those that
 * add products with one rounding; large products go to a native BLAS where there is one.
 */
function compiledKernels(memory: Memory, views: Views, fused: boolean): Kernels {
  const exportsOf = (module: object): object => {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const named: Record<string, unknown> = {};
    for (const [key, kernel] of Object.entries(exports as object))
      named[names[Number(key.slice(1))]] = kernel;
    return named;
  };
  const plain = exportsOf(compiled!);
  const own = (
    fused ? { ...plain, ...exportsOf((compiledFused ??= moduleOf(fusedText()))) } : plain
  ) as Kernels;
  return nativePlace() ? nativeProducts(own, views) : own;
}

const isTwin = (name: string): boolean => typeof twins[name as keyof typeof twins] === "function";
/** All kernels in order: exports of the modules are numbered by it. */
const names: readonly string[] = [
  ...Object.keys(twins).filter(isTwin),
  ...bothPrecisions.map((name) => `double${name}`),
].sort();

/** The plain kernels at the memory of an arena. */
function bindTwins(views: Views): Kernels {
  // twins of both precisions index their arrays and do nothing else with them
  const doubles: Views = { ...views, f32: views.f64 as unknown as Float32Array<ArrayBuffer> };
  const bound = names.map((name) => {
    const own = isTwin(name) ? name : name.replace("double", "single");
    const twin = twins[own as keyof typeof twins] as unknown as (
      of: Views,
      ...args: number[]
    ) => unknown;
    return [name, twin.bind(undefined, own === name ? views : doubles)];
  });
  return Object.fromEntries(bound) as Kernels;
}
