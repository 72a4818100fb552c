/** Public values that gather several: their members are public too. */
export const RECORDS: readonly string[] = [
  "bootstrap",
  "dampings",
  "figures",
  "maps",
  "measures",
  "operations",
  "outputs",
  "recipes",
  "solvers",
];
