/** @typedef {import("../run/records.mjs").Claim} Claim */

/**
 * Pairs the claims of a run with those of another run of the same notebook at another scale.
 * Statements may name numbers (seeds, configurations, a κ) and names that came out, so claims of
 * one figure belong together in this order of trust:
 *
 * 1. the same statement;
 * 2. the same statement but for its numbers, in digits or words, and lists of them;
 * 3. the same kind and words up to the first colon or parenthesis, where only one claim of either
 *    run is left with them.
 *
 * Of several that are alike the first belongs to the first. What is left has no partner.
 * @param {Claim[]} own  @param {Claim[]} other
 * @returns {{ partners: (Claim | null)[], rest: Claim[] }} the partner of each own claim; claims of
 *   the other run that are nobody's
 */
export function pairClaims(own, other) {
  /** @type {(Claim | null)[]} */
  const partners = own.map(() => null);
  const free = new Set(other);
  const take = (k, claim) => {
    partners[k] = claim;
    free.delete(claim);
  };
  for (const words of [statementOf, withoutNumbers]) {
    own.forEach((claim, k) => {
      const partner = partners[k] ?? [...free].find((one) => key(one, words) === key(claim, words));
      if (partner) take(k, partner);
    });
  }
  const left = own.flatMap((claim, k) => (partners[k] ? [] : [{ claim, k }]));
  for (const { claim, k } of left) {
    const alike = (one) => key(one, beginning) === key(claim, beginning);
    const candidates = [...free].filter(alike);
    if (candidates.length === 1 && left.filter((one) => alike(one.claim)).length === 1)
      take(k, candidates[0]);
  }
  return { partners, rest: [...free] };
}

/** @param {Claim} claim  @param {(claim: Claim) => string} words */
const key = (claim, words) => JSON.stringify([claim.figure, words(claim)]);

const number =
  /[-−+]?(?:\d+\.?\d*|\.\d+)(?:e[-−+]?\d+)?|NaN|[-−]?Infinity|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve)\b/gi;
const statementOf = ({ statement }) => statement;
const withoutNumbers = ({ statement }) => statement.replace(number, "#").replace(/#(?:, #)+/g, "#");
const beginning = (claim) => `${claim.kind} ${withoutNumbers(claim).split(/[:(]/)[0]}`;
