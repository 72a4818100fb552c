// What stands in a page's bundle in the place of ./blas.ts and of all that calls a native library,
// by the field `browser` of package.json: a page can load none, and need not carry what would.

/** None. */
export const nativePlace = (): undefined => undefined;

/** None. */
export const nativeBlas = (): undefined => undefined;

/** Always: there are the project's own kernels only. */
export const isPortable = (): boolean => true;

/** Calls it. */
export const withoutNative = <T>(action: () => T): T => action();

/** The names of what is reached only where `nativeBlas` or `nativePlace` has found a library. */
export {
  nativePlace as nativeCholesky,
  nativePlace as nativeEigen,
  nativePlace as nativeProducts,
  nativePlace as nativeTridiagonal,
};
