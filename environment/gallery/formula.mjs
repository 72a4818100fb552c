const letters =
  "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ " +
  "tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω ell ℓ hbar ℏ";
const signs =
  "Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω Re ℜ Im ℑ infty ∞ sum ∑ prod ∏ int ∫ nabla ∇ partial ∂ langle ⟨ rangle ⟩ " +
  "Vert ‖ lVert ‖ rVert ‖ | ‖ vert | lvert | rvert | lceil ⌈ rceil ⌉ lfloor ⌊ rfloor ⌋ ldots … dots … cdots ⋯ circ ∘ dagger † top ⊤ ast ∗ star ⋆ prime ′ " +
  "{ { } } % % & &amp;";
const relations =
  "pm ± mp ∓ cdot · times × le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ ll ≪ gg ≫ approx ≈ sim ∼ simeq ≃ equiv ≡ propto ∝ to → rightarrow → leftarrow ← " +
  "Rightarrow ⇒ mapsto ↦ in ∈ notin ∉ subset ⊂ cup ∪ cap ∩ otimes ⊗ oplus ⊕ mid |";
const accents =
  "tilde \u0303 hat \u0302 bar \u0304 overline \u0304 vec \u20D7 dot \u0307 ddot \u0308";
const functions = new Set(
  "log ln exp sin cos tan tanh sinh cosh min max arg det tr sign lim sup inf".split(" "),
);
const spaces = {
  ",": "\u2009",
  ":": "\u2005",
  ";": "\u2004",
  " ": " ",
  "!": "",
  quad: "\u2003",
  qquad: "\u2003\u2003",
};
const styles = {
  text: "",
  textrm: "",
  mathrm: "",
  operatorname: "",
  mathit: "i",
  mathbf: "b",
  mathcal: "",
};
const script = [..."𝒜ℬ𝒞𝒟ℰℱ𝒢ℋℐ𝒥𝒦ℒℳ𝒩𝒪𝒫𝒬ℛ𝒮𝒯𝒰𝒱𝒲𝒳𝒴𝒵"];
const apostrophe = "&#39;"; // escaped

const table = (text) =>
  new Map(Array.from(text.matchAll(/(\S+) (\S+)/g), ([, name, sign]) => [name, sign]));
const [letter, sign, relation, accent] = [letters, signs, relations, accents].map(table);

class Unknown extends Error {}

/**
 * A formula as HTML with italics, subscripts, superscripts and fractions. That looks the same
 * everywhere; MathML does only where a font for mathematics is installed. A formula with a command
 * that is not listed above stays as it was written.
 * @param {string} tex without its dollar signs, escaped for HTML
 * @param {{ display?: boolean }} [options]
 * @returns {string}
 */
export function formulaToHtml(tex, { display = false } = {}) {
  const tokens = tex.match(/\\[a-zA-Z]+|\\.|&[a-z#0-9]+;|\d+(?:\.\d+)?|\s+|./gsu) ?? [];
  try {
    return `<span class="formula${display ? " display" : ""}">${row({ tokens, at: 0, depth: 0 }, undefined)}</span>`;
  } catch (error) {
    if (error instanceof Unknown) return `<span class="formula source">${tex}</span>`;
    throw error;
  }
}

/** Terms up to the closing token. */
function row(parser, closing) {
  const pieces = [];
  for (;;) {
    skipSpace(parser);
    const token = parser.tokens[parser.at];
    if (token === closing) break;
    if (token === undefined || token === "}") throw new Unknown();
    const mark = relationOf(token);
    if (mark !== undefined) parser.at++;
    const piece = mark === undefined ? scripted(parser) : spaced(mark, pieces.at(-1) ?? "");
    if (piece !== "") pieces.push(piece);
  }
  parser.at++;
  return pieces.join("");
}

function relationOf(token) {
  if (token === "-") return "−";
  return /^([+=<>]|&[lg]t;)$/.test(token)
    ? token
    : token.startsWith("\\")
      ? relation.get(token.slice(1))
      : undefined;
}

/**
 * A relation or sum with thin spaces around it; a minus at the start, or after a bracket or another
 * relation, is a sign and has none.
 */
const spaced = (mark, before) =>
  /^[−+±∓]$/.test(mark) && /[([{,\u2009]/.test(before.at(-1) ?? "(") ? mark : `\u2009${mark}\u2009`;

/** One term with what stands below and above it. */
function scripted(parser) {
  const base = term(parser);
  let [below, above] = ["", ""];
  for (;;) {
    skipSpace(parser);
    const token = parser.tokens[parser.at];
    if (token === apostrophe) above += "′";
    else if (token !== "_" && token !== "^") break;
    parser.at++;
    if (token === "_") below += term(parser);
    if (token === "^") above += term(parser);
  }
  return `${base}${below && `<sub>${below}</sub>`}${above && `<sup>${above}</sup>`}`;
}

/** Groups within groups; more are no formula. */
const DEEPEST = 60;

/** A letter, number, sign, group or command with its arguments. */
function term(parser) {
  if (++parser.depth > DEEPEST) throw new Unknown();
  const html = oneTerm(parser);
  parser.depth--;
  return html;
}

function oneTerm(parser) {
  skipSpace(parser);
  const token = parser.tokens[parser.at++];
  if (token === undefined || /^[}_^~#]$/.test(token)) throw new Unknown();
  if (token === "{") return row(parser, "}");
  if (token.startsWith("\\") && token.length > 1) return command(token.slice(1), parser);
  if (token === ",") return ", ";
  return /^\p{L}$/u.test(token) ? `<i>${token}</i>` : token;
}

function command(name, parser) {
  if (letter.has(name)) return `<i>${letter.get(name)}</i>`;
  if (sign.has(name)) return sign.get(name);
  if (relation.has(name)) return relation.get(name);
  if (functions.has(name)) return `\u2009${name}\u2009`;
  if (accent.has(name)) return term(parser).replace(/^(<i>)?(.)/u, `$1$2${accent.get(name)}`);
  if (/^[td]?frac$/.test(name)) return fraction(term(parser), term(parser));
  if (name === "sqrt" && parser.tokens[parser.at] !== "[")
    return `√<span class="root">${term(parser)}</span>`;
  if (/^(left|right|[bB]igg?[lr]?)$/.test(name)) return ""; // brackets of one size
  if (Object.hasOwn(spaces, name)) return spaces[name];
  if (Object.hasOwn(styles, name)) return words(name, parser);
  throw new Unknown();
}

/** The slash is for those who hear or copy the text. */
const fraction = (above, below) =>
  `<span class="fraction"><span>${above}</span><span class="sr">/</span><span>${below}</span></span>`;

/** Upright words between braces. */
function words(name, parser) {
  const end = parser.tokens.indexOf("}", parser.at);
  const text = parser.tokens.slice(parser.at + 1, end).join("");
  if (parser.tokens[parser.at] !== "{" || end < 0 || /[\\{_^]/.test(text)) throw new Unknown();
  parser.at = end + 1;
  if (name === "mathcal")
    return text.replace(/[A-Z]/g, (capital) => script[capital.charCodeAt(0) - 65]);
  const tag = styles[name];
  return tag ? `<${tag}>${text}</${tag}>` : text;
}

function skipSpace(parser) {
  while (/^\s+$/.test(parser.tokens[parser.at] ?? "")) parser.at++;
}
