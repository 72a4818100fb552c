import { faultOf, isText } from "../base/fault-of.mjs";

const kinds = ["identity", "physics", "reported"];

/** The fields of a claim, see `faultOf`. */
export const claimFields = {
  figure: ["a text", isText],
  statement: ["a text", isText],
  kind: [kinds.join(", "), (value) => kinds.includes(value)],
  value: [
    "a number, a boolean or a text",
    (value) => ["number", "boolean", "string"].includes(typeof value),
  ],
  expected: ["a text", isText],
  pass: ["true, false or null", (value) => value === null || typeof value === "boolean"],
};

/** What is wrong with a claim, or null; it may have other fields besides. */
export const claimFault = (claim, place) =>
  faultOf(
    typeof claim === "object" && claim !== null
      ? Object.fromEntries(Object.keys(claimFields).map((key) => [key, claim[key]]))
      : claim,
    claimFields,
    place,
  );
