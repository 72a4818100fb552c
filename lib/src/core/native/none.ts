// What stands in a page's bundle in the place of ./blas.ts, of all that calls a native library, and
// of ./fused.ts with its kernels, by the field `browser` of package.json: a page can load none, and
// need not carry what would.

/** None. */
export const nativePlace = (): undefined => undefined;

/** None. */
export const nativeBlas = (): undefined => undefined;

/** Always: there are the project's own kernels only. */
export const isPortable = (): boolean => true;

/** Never: the second module of kernels would be in every bundle. */
export const fusedArithmetic = (): boolean => false;
export { fusedArithmetic as relaxedSimd };

/** Calls it. */
export const withoutNative = <T>(action: () => T): T => action();

/** The names of what is reached only where one of these has found something. */
export {
  nativePlace as fusedText,
  nativePlace as nativeCholesky,
  nativePlace as nativeEigen,
  nativePlace as nativeProducts,
  nativePlace as nativeTridiagonal,
};
