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
const accents = "tilde \u0303 hat \u0302 bar \u0304 overline \u0304 vec \u20D7 dot \u0307 ddot \u0308";
const functions = new Set("log ln exp sin cos tan tanh sinh cosh min max arg det tr sign lim sup inf".split(" "));
const spaces = { ",": "\u2009", ":": "\u2005", ";": "\u2004", " ": " ", "!": "", quad: "\u2003", qquad: "\u2003\u2003" };
const styles = { text: "", textrm: "", mathrm: "", operatorname: "", mathit: "i", mathbf: "b", mathcal: "" };
const script = [..."𝒜ℬ𝒞𝒟ℰℱ𝒢ℋℐ𝒥𝒦ℒℳ𝒩𝒪𝒫𝒬ℛ𝒮𝒯𝒰𝒱𝒲𝒳𝒴𝒵"];
const apostrophe = "&#39;"; // escaped

const table = (text) => new Map(Array.from(text.matchAll(/(\S+) (\S+)/g), ([, name, sign]) => [name, sign]));
const [letter, sign, relation, accent] = [letters, signs, relations, accents].map(table);

class Unknown extends Error {}

/**
 * A formula as HTML with italics, subscripts, superscripts and fractions. That looks the same everywhere; MathML does only where a font for
 * mathematics is installed. A formula with a command that is not listed above stays as it was written.
 * @param {string} tex  without its dollar signs, escaped for HTML  @param {{ display?: boolean }} [options]
 * @returns {string}
 */
export function formulaToHtml(tex, { display = false } = {}) {
  const tokens = tex.match(/\\[a-zA-Z]+|\\.|&[a-z#0-9]+;|\d+(?:\.\d+)?|\s+|./gsu) ?? [];
  try {
    return `<span class="formula${display ? " display" : ""}">${row({ tokens, at: 0 }, undefined)}</span>`;
  } catch (error) {
    if (error instanceof Unknown) return `<span class="formula source">${tex}</span>`;
    throw error;
  }
}

/** Terms up to the closing token. */
function row(parser, closing) {
  let html = "";
  for (;;) {
    skipSpace(parser);
    const token = parser.tokens[parser.at];
    if (token === closing) break;
    if (token === undefined || token === "}") throw new Unknown();
    html += between(token, html) ?? scripted(parser);
    if (between(token, html) !== undefined) parser.at++;
  }
  parser.at++;
  return html;
}

/** Relations and sums with the space around them; a minus at the start is a sign and has none. */
function between(token, before) {
  const mark = token === "-" ? "−" : /^([+=<>]|&[lg]t;)$/.test(token) ? token : relation.get(token.replace(/^\\/, ""));
  if (mark === undefined || (token.length > 1 && !/^[\\&]/.test(token))) return undefined;
  const isSign = /^[−+±∓]$/.test(mark) && (before === "" || /[([=\u2009]$/.test(before));
  return isSign ? mark : `\u2009${mark}\u2009`;
}
