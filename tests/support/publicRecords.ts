/** Public values that gather several: their members are public too. */
export const RECORDS: readonly string[] = ["figures", "maps", "outputs", "recipes", "solvers"];
