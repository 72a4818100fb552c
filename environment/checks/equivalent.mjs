// Mutants that compute the same as the code: no test can find them. Each is named by what stands in
// its place, with the reason; they are left out of the score and counted beside it.
/** @type {{ file: string, before: string, after: string, reason: string }[]} */
export const equivalent = [];
