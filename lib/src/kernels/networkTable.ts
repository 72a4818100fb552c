/**
 * What networks of any shape are computed with, in single precision and in double: the kernels
 * `single…` and, with f64 in place of f32, `double…`.
 */
const single = {
  singleMatrix: `
    m, n, depth, f32 packed[m*depth+4*depth], f32 b[depth*bStep], bStep, f32 c[m*cStep], cStep,
    f32 start[m], mode`,
  singlePanels: `
    panels, rows, depth, f32 a[], rowStep, depthStep, f32 packed[panels*panelStep], panelStep`,
  singleTranspose: "rows, columns, f32 x[rows*columns], f32 y[rows*columns]",
  singleRowSums: "rows, n, f32 x[rows*n], f32 out[rows]",
  singleDistinct: "rows, n, f32 x[rows*n] -> i32",
  singleRepeatLast: "rows, n, distinct, f32 y[rows*n]",
  singleCombine: "count, f32 a[count], f32 b[count], f32 y[count], f32 factor",
  singleRescale: "count, f32 x[count], f32 y[count], f32 factor, f32 shift",
  singleMultiply: "count, f32 a[count], f32 b[count], f32 y[count]",
  singleWithRow: "rows, n, f32 a[rows*n], f32 row[n], f32 y[rows*n], times",
  singleScale: `
    features, inner, f32 x[features*inner], f32 w[features], f32 shift[features],
    f32 y[features*inner]`,
  singleScaleGradient: `
    features, inner, f32 x[features*inner], f32 g[features*inner], f32 gw[features]`,
  singleRuns: "count, length, f32 x[count*length], f32 y[count], f32 factor",
  singleRunsTransposed: "count, length, f32 g[count], f32 gx[count*length], f32 factor",
  singleEdges: `
    channels, objects, neighbours, i32 places[objects*neighbours], f32 sums[2*channels*objects],
    f32 y[channels*objects*neighbours], rectified`,
  singleEdgesTransposed: `
    channels, objects, neighbours, i32 places[objects*neighbours],
    f32 g[channels*objects*neighbours], f32 sums[2*channels*objects]`,
  singleNormalise: `
    outer, length, inner, centred, f32 x[outer*length*inner], f32 y[outer*length*inner],
    f32 reciprocal[outer*inner], f32 epsilon`,
  singleNormaliseTransposed: `
    outer, length, inner, centred, f32 y[outer*length*inner], f32 g[outer*length*inner],
    f32 reciprocal[outer*inner], f32 gx[outer*length*inner]`,
  singleLeaky: "count, f32 y[count], f32 slope",
  singleLeakyTransposed: "count, f32 y[count], f32 g[count], f32 slope",
  singleSoftmax: "lines, length, f32 x[lines*length], f32 y[lines*length]",
  singleSoftmaxTransposed: `
    lines, length, f32 y[lines*length], f32 g[lines*length], f32 gx[lines*length]`,
} as const;

type Single = typeof single;
type InDouble<Row extends string> = Row extends `${infer Before}f32${infer After}`
  ? `${Before}f64${InDouble<After>}`
  : Row;
type Double = {
  readonly [
    Name in keyof Single as Name extends `single${infer Rest}` ? `double${Rest}` : never
  ]: InDouble<Single[Name]>;
};

const double: Double = Object.fromEntries(
  Object.entries(single).map(([name, row]) => [
    name.replace("single", "double"),
    row.replaceAll("f32", "f64"),
  ]),
) as unknown as Double;

/** Rows of `table` for kernels that are written once for both precisions. */
export const networkTable: typeof single & Double = { ...single, ...double };
