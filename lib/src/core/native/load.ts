import { EnvironmentError } from "../errors.js";
import { nodeModule } from "../files/nodeModule.js";
import type { Place } from "./places.js";

/** Arrays are handed over where they lie, nothing is copied. */
type Doubles = Float64Array;
/** Where an array lies in memory, see `NativeBlas.addressOf`. */
type Address = number;
/** An integer by address: the lower word is the number for libraries of 32 and of 64 bits alike. */
type Integer = Int32Array;

/**
 * The functions of BLAS and LAPACK that are called, as the reference interfaces name their
 * arguments. Matrices of LAPACK lie column by column: its "U" is our lower triangle.
 */
export interface NativeBlas {
  /** As results carry it, such as "OpenBLAS 0.3.34 (2 threads)". */
  readonly name: string;
  readonly path: string;
  /**
   * Where an array begins, as `dgemm` and `sgemm` take it: a view for each factor costs as much as
   * a small product. Good as long as its memory is neither grown nor let go.
   */
  addressOf(array: ArrayBufferView): Address;
  /** C ← αAB + βC, row-major; `NO` and `YES` say whether a factor is transposed. */
  dgemm(
    order: number,
    transA: number,
    transB: number,
    m: number,
    n: number,
    k: number,
    alpha: number,
    a: Address,
    lda: number,
    b: Address,
    ldb: number,
    beta: number,
    c: Address,
    ldc: number,
  ): void;
  /** The same of floats. */
  sgemm(
    order: number,
    transA: number,
    transB: number,
    m: number,
    n: number,
    k: number,
    alpha: number,
    a: Address,
    lda: number,
    b: Address,
    ldb: number,
    beta: number,
    c: Address,
    ldc: number,
  ): void;
  /** C ← αAᵀA + βC (or AAᵀ), one triangle of it. */
  dsyrk(
    order: number,
    uplo: number,
    trans: number,
    n: number,
    k: number,
    alpha: number,
    a: Doubles,
    lda: number,
    beta: number,
    c: Doubles,
    ldc: number,
  ): void;
  /** Cholesky factor in place. */
  dpotrf(uplo: string, n: Integer, a: Doubles, lda: Integer, info: Integer): void;
  /** Two triangular solves with that factor, in place. */
  dpotrs(
    uplo: string,
    n: Integer,
    nrhs: Integer,
    a: Doubles,
    lda: Integer,
    b: Doubles,
    ldb: Integer,
    info: Integer,
  ): void;
  /** Householder reduction to tridiagonal form. */
  dsytrd(
    uplo: string,
    n: Integer,
    a: Doubles,
    lda: Integer,
    d: Doubles,
    e: Doubles,
    tau: Doubles,
    work: Doubles,
    lwork: Integer,
    info: Integer,
  ): void;
  /** Eigenvalues, with "V" also eigenvectors, in place; divide and conquer. */
  dsyevd(
    jobz: string,
    uplo: string,
    n: Integer,
    a: Doubles,
    lda: Integer,
    w: Doubles,
    work: Doubles,
    lwork: Integer,
    iwork: Integer,
    liwork: Integer,
    info: Integer,
  ): void;
}

export const ROW_MAJOR = 101;
export const NO = 111;
export const YES = 112;
export const LOWER = 122;

/** A cell that LAPACK reads or writes an integer in. */
export const cell = (value: number): Integer => Int32Array.of(value, 0);

interface Koffi {
  load(path: string): { func(name: string, result: string, args: readonly string[]): unknown };
  address(array: ArrayBufferView): bigint;
}

/** The names under which builds export `dgemm`, and the integers that go with each. */
const SPELLINGS = [
  { prefix: "", suffix: "", integer: "int" },
  { prefix: "scipy_", suffix: "", integer: "int" },
  { prefix: "", suffix: "64_", integer: "int64_t" },
  { prefix: "scipy_", suffix: "64_", integer: "int64_t" },
] as const;

/** koffi, which needs no install script: its binary lies in a package for each platform. */
function koffi(place: Place): Koffi {
  const { createRequire } = nodeModule("node:module", "a native BLAS");
  try {
    return createRequire(import.meta.url)("koffi") as Koffi;
  } catch (error) {
    const fact = `${place.path} needs the package koffi, which cannot be loaded`;
    throw new EnvironmentError(
      `${fact} (${(error as Error).message.split("\n")[0]}). Run npm install koffi, or set PHASELENS_BLAS=off.`,
      { path: place.path },
    );
  }
}

/**
 * Opens a library.
 * @throws EnvironmentError if koffi or the library cannot be loaded, or has no `dgemm` or `dsyevd`
 */
export function loadBlas(place: Place): NativeBlas {
  const foreign = koffi(place);
  let opened: ReturnType<Koffi["load"]>;
  try {
    opened = foreign.load(place.path);
  } catch (error) {
    throw new EnvironmentError(
      `${place.path} cannot be loaded as a library (${(error as Error).message}). Name another by PHASELENS_BLAS, or set PHASELENS_BLAS=off.`,
      { path: place.path },
    );
  }
  const find = (name: string, result: string, args: readonly string[]): unknown => {
    try {
      return opened.func(name, result, args);
    } catch {
      return undefined;
    }
  };
  for (const { prefix, suffix, integer } of SPELLINGS) {
    const cblas = (name: string, args: string): unknown =>
      find(`${prefix}cblas_${name}${suffix}`, "void", args.replaceAll("int", integer).split(" "));
    // Fortran takes everything by address; lengths of texts come last and are always 1 here
    const lapack = (name: string, args: string): unknown =>
      find(`${prefix}${name}_${suffix}`, "void", args.split(" ").map(byAddress));
    const gemm = (name: string, kind: string): unknown =>
      cblas(name, `int int int int int int ${kind} size_t int size_t int ${kind} size_t int`);
    const [dgemm, sgemm] = [gemm("dgemm", "double"), gemm("sgemm", "float")];
    const dsyevd = lapack("dsyevd", "text text i d i d d i i i i");
    if ([dgemm, sgemm, dsyevd].includes(undefined)) continue;
    const version = versionOf(find, prefix, suffix);
    return {
      name: version ?? place.name,
      path: place.path,
      addressOf: (array: ArrayBufferView) => Number(foreign.address(array)),
      dgemm,
      sgemm,
      dsyrk: cblas("dsyrk", "int int int int int double double* int double double* int"),
      dpotrf: lapack("dpotrf", "text i d i i"),
      dpotrs: lapack("dpotrs", "text i i d i d i i"),
      dsytrd: lapack("dsytrd", "text i d i d d d d i i"),
      dsyevd,
    } as NativeBlas;
  }
  throw new EnvironmentError(
    `${place.path} has no cblas_dgemm and dsyevd_. Name a BLAS with LAPACK by PHASELENS_BLAS (npm run setup:openblas brings one), or set PHASELENS_BLAS=off.`,
    { path: place.path },
  );
}

const byAddress = (kind: string): string =>
  kind === "text" ? "const char*" : kind === "d" ? "double*" : "int32_t*";

/** Of OpenBLAS: its version and how many threads it uses; other libraries do not say. */
function versionOf(
  find: (name: string, result: string, args: readonly string[]) => unknown,
  prefix: string,
  suffix: string,
): string | undefined {
  const ask = <T>(name: string, result: string): T | undefined =>
    (find(`${prefix}openblas_${name}${suffix}`, result, []) as (() => T) | undefined)?.();
  const config = ask<string>("get_config", "const char*");
  const version = config === undefined ? undefined : /OpenBLAS (\d+(?:\.\d+)*)/.exec(config)?.[1];
  if (version === undefined) return undefined;
  const threads = ask<number>("get_num_threads", "int") ?? 1;
  return `OpenBLAS ${version} (${threads} thread${threads === 1 ? "" : "s"})`;
}
