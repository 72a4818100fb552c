/** The memory of an arena as numbers of each kind: what the plain kernels read and write. */
export interface Views {
  readonly f64: Float64Array;
  readonly f32: Float32Array;
  readonly i32: Int32Array;
}
