/**
 * The kernels: the one place that says what each takes. Of it are made the exports of the compiled
 * module (`build.mjs`), the types that the plain twins must have (`kernels.ts`) and the lengths of
 * arrays (`room`). A new kernel is a row here, a function in assembly/ and a twin in twins/, which
 * documents it. Those of both precisions stand in `networkTable`, which a page needs not have.
 *
 * "n" counts something, "f64 x" is a number, "f64 x[n*m]" the offset of an array of n·m of them,
 * counted in elements from the arena's start; "f64 x[]" is as long as the lists that point into it
 * say. "-> f64" is what comes back.
 */
export const table = {
  // products of rows that lie anywhere
  rowProduct: "m, n, depth, i32 aRows[m], aStep, i32 bRows[depth], i32 cRows[m], bShift",
  rowDots: "m, count, n, i32 aRows[m], i32 bRows[count], f64 c[m*cStep], cStep",
  gram: "panels, rows, f64 packed[4*panels*rows], f64 c[16*panels*panels]",
  gatheredSums: `
    lists, n, i32 starts[lists+1], i32 entries[], f64 weights[], f64 b[], i32 targets[lists]`,
  selectedProducts: `
    features, n, first, depth, i32 aRows[features], i32 bLists[features], i32 bRows[],
    i32 cRows[features], shift, f64 factors[features]`,
  selectedPatches: `
    features, channels, taps, inputSites, f64 x[channels*inputSites], i32 siteOf[],
    i32 sites[features], i32 cRows[features], f64 factors[features]`,
  runSums: `
    lists, n, rows, i32 starts[lists+1], i32 bounds[], f64 b[rows*n], i32 targets[lists],
    f64 panel[16*rows+32]`,

  // eigenproblems
  tridiagonalise: `
    n, f64 a[n*n], f64 diagonal[n], f64 offDiagonal[n], f64 reflectors[n*n], f64 tau[n],
    f64 scratch[97*n+2304]`,
  tridiagonalQl: "n, f64 diagonal[n], f64 squares[n], f64 noise, f64 scratch[2*n+100] -> i32",
  secularRoots: `
    count, f64 poles[count], f64 z[count], f64 rho, i32 origins[count], f64 offsets[count],
    f64 weights[count]`,
  secularVector: `
    count, f64 poles[count], f64 weights[count], f64 base, f64 offset, f64 vector[count]`,

  // the edge block of an interaction network
  edgeForward: "i32 list[38]",
  edgeGradient: "i32 list[38]",

  // lattice field theory; vectors have one number a site, rows of sites lie one after the other
  kleinGordonAction: `
    rows, n, pairs, i32 table[2*rows*pairs], f64 field[rows*n], f64 kappa, f64 lambda -> f64`,
  kleinGordonForce: `
    rows, n, pairs, i32 table[2*rows*pairs], f64 field[rows*n], f64 out[rows*n], f64 kappa,
    f64 lambda`,
  kleinGordonForceAndReciprocals: `
    rows, n, pairs, i32 table[2*rows*pairs], f64 field[rows*n], f64 out[rows*n], f64 kappa,
    f64 lambda, f64 w[rows*n], f64 mass, f64 coupling`,
  shiftedField: "count, f64 field[count], f64 out[count], f64 mass, f64 coupling",
  reciprocalField: "count, f64 field[count], f64 out[count], f64 mass, f64 coupling",
  linkSum: "rows, n, pairs, i32 table[2*rows*pairs], f64 w[rows*n] -> f64",
  addHoppingForce: `
    rows, n, pairs, i32 table[2*rows*pairs], f64 w[rows*n], f64 out[rows*n], f64 scale`,
  dirac: `
    rows, n, pairs, i32 table[2*rows*pairs], f64 phases[rows*pairs+rows], f64 twiceMass[rows*n],
    f64 x[rows*n], f64 out[rows*n], f64 sign`,
  addDiracForce: `
    rows, n, pairs, i32 table[2*rows*pairs], f64 phases[rows*pairs+rows], f64 twiceMass[rows*n],
    f64 x[rows*n], f64 scratch[rows*n], f64 out[rows*n], f64 scale`,
  solveDirac: `
    rows, n, pairs, i32 table[2*rows*pairs], f64 phases[rows*pairs+rows], f64 twiceMass[rows*n],
    f64 b[rows*n], f64 x[rows*n], f64 scratch[3*rows*n], f64 reached[1], f64 tolerance,
    limit -> i32`,

  // Ising spins, ±1 at any sites of a lattice
  spinSweep: `
    count, degree, i32 neighbours[count*degree], i32 order[count], i32 spins[],
    f64 flip[4*degree+2], i32 words[2*count], i32 sums[3]`,

  // random numbers in bulk, the same bits from both
  philoxBlocks: "blocks, low, high, c2, c3, k0, k1, i32 out[4*blocks]",
  normalsInside: "draws, i32 words[2*draws], f64 edge[128], f64 inner[128], f64 out[draws] -> i32",

  // relevance propagation
  maximum: `
    count, entries, i32 first[count], i32 offsets[entries], f64 x[], f64 y[count],
    i32 sources[count], f64 floor`,
  scatterWinners: `
    count, depth, i32 winners[count], f64 relevance[count], f64 reciprocal[], f64 w[depth],
    i32 offsets[depth], f64 out[] -> i32`,
  chosenDots: `
    batch, width, outputs, f64 x[batch*width], f64 w[outputs*width], f64 chosen[batch*outputs],
    f64 z[batch*outputs], i32 list[batch+3]`,
  chosenCombinations: `
    batch, width, outputs, f64 s[batch*outputs], f64 w[outputs*width], f64 out[batch*width],
    i32 lists[batch*outputs+batch]`,

  // gradient boosting; columns of bins have a byte a sample
  boostHistogram: `
    features, count, stride, i32 rows[count], i32 columns[], f64 steps[], f64 gathered[2*count],
    i32 starts[features+1], f64 out[], counted`,
  boostSibling: "count, f64 whole[count], f64 part[count]",
  boostSplit: `
    features, i32 starts[features+1], i32 missing[features], f64 histogram[], counted,
    f64 gradient, f64 curvature, f64 count, f64 minimumLeaf, f64 l2, f64 out[7] -> i32`,
  boostDivide: `
    count, i32 rows[count], i32 scratch[count], i32 column[], bin, missing, missingLeft -> i32`,

  // training in single precision; the twins add up in double, so both agree to rounding
  singleDense: `
    batch, inputs, outputs, f32 x[batch*xWidth], xWidth, f32 w[inputs*outputs],
    f32 bias[outputs], f32 y[batch*outputs], i32 list[64]`,
  singleDenseGradient: `
    batch, rows, outputs, f32 x[batch*xWidth], xWidth, f32 g[batch*outputs],
    f32 gw[rows*outputs], i32 list[2*batch]`,
  singleDenseTransposed: `
    batch, inputs, outputs, f32 w[inputs*outputs], f32 g[batch*outputs], f32 x[batch*xWidth],
    f32 gx[batch*xWidth], xWidth, sparse, i32 list[64]`,
  singleConvolution: `
    to, n, depth, segments, i32 starts[2*segments], f32 w[to*depth], f32 bias[to],
    i32 offsets[depth], f32 x[], f32 y[], yChannel`,
  singleConvolutionTransposed: `
    to, n, depth, segments, i32 starts[2*segments], f32 w[to*depth], i32 offsets[depth],
    f32 g[], f32 gx[], yChannel`,
  singleConvolutionGradient: `
    to, n, depth, segments, i32 starts[2*segments], i32 offsets[depth], f32 x[], f32 g[],
    yChannel, f32 gw[to*depth], f32 gb[to]`,
  singleConvolutionGradientAtMaxima: `
    to, windows, depth, i32 offsets[depth], f32 x[], i32 sources[to*windows], f32 g[to*windows],
    yChannel, f32 gw[to*depth], f32 gb[to]`,
  singleMaximum: `
    count, entries, i32 first[count+3], i32 offsets[entries], f32 x[], f32 y[count+3],
    i32 sources[count+3]`,
  singleMaximumTransposed: "count, i32 sources[count], f32 g[count], f32 gx[]",
  singleAverage: `
    count, entries, i32 first[count+3], i32 offsets[entries], f32 x[], f32 y[count+3]`,
  singleAverageTransposed: `
    count, entries, i32 first[count], i32 offsets[entries], f32 g[count], f32 gx[]`,
  singleAdam: `
    count, f32 theta[count], f32 g[count], f32 first[count], f32 second[count], f32 rate,
    f32 beta1, f32 beta2, f32 correction, f32 epsilon`,
  singleMomentum: `
    count, f32 theta[count], f32 g[count], f32 velocity[count], f32 rate, f32 momentum`,
  singlePenalty: "count, f32 theta[count], f32 g[count], f32 l1, f32 l2",

  // any network in single precision
  singleExponential: "count, f32 x[count], f32 y[count]",
  singleGelu: "count, f32 x[count], f32 y[count], f32 slope[count]",
  doubleGelu: "count, f64 x[count], f64 y[count], f64 slope[count], f64 table[1067]",
} as const;

/** Kernels for whose arrays `room` is asked: a page needs not have the others' lengths. */
export const asked = [
  "boostHistogram",
  "chosenCombinations",
  "chosenDots",
  "edgeForward",
  "gram",
  "runSums",
  "singleDense",
  "singleDenseGradient",
  "singleDenseTransposed",
  "solveDirac",
  "spinSweep",
  "tridiagonalQl",
  "tridiagonalise",
] as const;
