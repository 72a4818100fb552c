import { escape } from "./escape.mjs";
import { badge, shown } from "./page.mjs";
import { verdict } from "../run/records.mjs";

/** @typedef {import("../run/records.mjs").Claim} Claim */

/**
 * Claims as a table.
 * @param {Claim[]} claims
 * @param {{ nameFigures: boolean, beside?: Pick<import("./shipped-verdicts.mjs").Beside, "partners"
 *   | "rest"> }} options
 *   beside: what came out of them at preset `standard`, in a column of its own
 */
export function claimTable(claims, { nameFigures, beside }) {
  const rest = beside?.rest ?? [];
  if (claims.length + rest.length === 0)
    return `<p class="meta">This notebook makes no claims.</p>`;
  const row = (claim, own, partner) => {
    const statement = `${escape(claim.statement)}${nameFigures ? ` <span class="meta">(${escape(claim.figure)})</span>` : ""}`;
    return `<tr><td>${own ? badge(verdict(claim), words(claim)) : aside("not in this run")}</td><td>${statement}</td>
<td class="number" data-label="measured">${own ? escape(shown(claim.value)) : "–"}</td>
<td class="expected" data-label="expected">${escape(claim.expected)}</td>${
      beside
        ? `\n<td class="shipped" data-label="standard, as shipped">${shippedCell(claim, partner)}</td>`
        : ""
    }</tr>`;
  };
  const rows = [
    ...claims.map((claim, k) => row(claim, true, beside?.partners[k] ?? null)),
    ...rest.map((claim) => row(claim, false, claim)),
  ];
  return `<table class="claims"><thead><tr><th scope="col">Verdict</th><th scope="col">Claim</th><th scope="col">Measured</th>
<th scope="col">Expected</th>${beside ? `<th scope="col">Standard, as shipped</th>` : ""}</tr></thead><tbody>
${rows.join("\n")}
</tbody></table>`;
}

/**
 * Value and verdict, and in what the claim was another one.
 * @param {Claim} claim
 * @param {Claim | null} partner
 */
function shippedCell(claim, partner) {
  if (!partner) return aside("no such claim");
  const value = `<span class="number">${escape(shown(partner.value))}</span> ${badge(verdict(partner), words(partner))}`;
  const other = [
    partner.statement !== claim.statement ? partner.statement : "",
    partner.expected !== claim.expected ? `expected ${partner.expected}` : "",
  ].filter(Boolean);
  return other.length > 0 ? `${value} ${aside(other.join("; "))}` : value;
}

const aside = (text) => `<span class="meta">${escape(text)}</span>`;

/**
 * An identity is told from what could fail; a reported claim may still say whether it came out.
 * @param {Claim} claim
 */
function words(claim) {
  if (claim.kind === "identity") return `identity ${verdict(claim)}`;
  if (claim.kind !== "reported" || claim.pass === null) return verdict(claim);
  return claim.pass ? "reported, agrees" : "reported, differs";
}
