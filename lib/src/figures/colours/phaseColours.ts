/**
 * How one series looks: colour and shape differ together, so that no figure rests on colour alone.
 */
export interface SeriesStyle {
  readonly colour: string;
  /** A Vega symbol name; "stroke" is a short horizontal line, for curves. */
  readonly shape: string;
}

/**
 * Colours that mean the same in every figure. Phases of the Fermi-Hubbard chain as in Dawid et al.
 * 2021, Fig. 3.
 */
export const palette = {
  LL: "#3f8fd2",
  "CDW-I": "#6a3d9a",
  AFM: "#2166ac",
  PM: "#7f7f7f",
  FM: "#b35806",
  helpful: "#1a9850",
  harmful: "#d7191c",
  testPoint: "#f28e2b",
  outOfDistribution: "#d7191c",
} as const;
