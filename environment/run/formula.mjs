const letters =
  "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ " +
  "tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω ell ℓ hbar ℏ Re ℜ Im ℑ infty ∞";
const operators =
  "sum ∑ prod ∏ int ∫ nabla ∇ partial ∂ cdot · times × pm ± mp ∓ le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ ll ≪ gg ≫ approx ≈ sim ∼ simeq ≃ equiv ≡ propto ∝ to → " +
  "lVert ‖ rVert ‖ lvert | rvert | lceil ⌈ rceil ⌉ lfloor ⌊ rfloor ⌋ rightarrow → leftarrow ← Rightarrow ⇒ mapsto ↦ in ∈ notin ∉ subset ⊂ cup ∪ cap ∩ langle ⟨ rangle ⟩ Vert ‖ lVert ‖ rVert ‖ | ‖ vert | lvert | rvert | mid | ldots … dots … cdots ⋯ " +
  "circ ∘ dagger † top ⊤ otimes ⊗ oplus ⊕ ast ∗ star ⋆ prime ′ { { } } % %";
const accents = "tilde ˜ hat ^ bar ¯ overline ¯ vec → dot ˙ ddot ¨";
const functions = new Set("log ln exp sin cos tan tanh sinh cosh min max arg det tr sign lim sup inf".split(" "));
const spaces = new Set([",", ";", ":", "!", " ", "quad", "qquad"]);
const styles = new Set(["text", "mathrm", "textrm", "operatorname", "mathit", "mathbf", "mathcal"]);
const script = "𝒜ℬ𝒞𝒟ℰℱ𝒢ℋℐ𝒥𝒦ℒℳ𝒩𝒪𝒫𝒬ℛ𝒮𝒯𝒰𝒱𝒲𝒳𝒴𝒵";

const table = (text) => new Map(Array.from(text.matchAll(/(\S+) (\S+)/g), ([, name, sign]) => [name, sign]));
const [letter, operator, accent] = [letters, operators, accents].map(table);

/**
 * A formula as MathML, which browsers draw without any script or font of ours: letters, numbers, fractions, roots, sub- and superscripts,
 * accents, and the commands listed above. A formula with anything else stays as it was written.
 * @param {string} tex  without its dollar signs, escaped for HTML  @param {{ display?: boolean }} [options]
 * @returns {string} HTML
 */
export function formulaToHtml(tex, { display = false } = {}) {
  const tokens = tex.match(/\\[a-zA-Z]+|\\.|&[a-z#0-9]+;|\d+(?:\.\d+)?|\s+|./gsu) ?? [];
  const parser = { tokens, at: 0 };
  try {
    const content = row(parser, undefined);
    return `<math${display ? ' display="block"' : ""}>${content}</math>`;
  } catch (error) {
    if (error instanceof Unknown) return `<span class="formula">${tex}</span>`;
    throw error;
  }
}

const prime = "&#39;"; // an apostrophe, escaped

class Unknown extends Error {}

/** Terms up to the closing token, as one element. */
function row(parser, closing) {
  const terms = [];
  for (;;) {
    skipSpace(parser);
    const token = parser.tokens[parser.at];
    if (token === closing) break;
    if (token === undefined || token === "}") throw new Unknown();
    terms.push(scripted(parser));
  }
  parser.at++;
  return terms.length === 1 ? terms[0] : `<mrow>${terms.join("")}</mrow>`;
}

/** One term with what stands below and above it. */
function scripted(parser) {
  const base = term(parser);
  const scripts = {};
  for (;;) {
    skipSpace(parser);
    const token = parser.tokens[parser.at];
    if (token !== "_" && token !== "^" && token !== prime) break;
    parser.at++;
    const place = token === "_" ? "_" : "^";
    scripts[place] = (scripts[place] ?? "") + (token === prime ? "<mo>′</mo>" : term(parser));
  }
  const [below, above] = ["_", "^"].map((which) => scripts[which] && `<mrow>${scripts[which]}</mrow>`);
  if (below && above) return `<msubsup>${base}${below}${above}</msubsup>`;
  if (below) return `<msub>${base}${below}</msub>`;
  return above ? `<msup>${base}${above}</msup>` : base;
}

/** A letter, number, sign, group or command with its arguments. */
function term(parser) {
  skipSpace(parser);
  const token = parser.tokens[parser.at++];
  if (token === undefined || /^[}_^&~#]$/.test(token)) throw new Unknown();
  if (token === "{") return row(parser, "}");
  if (token.startsWith("\\") && token.length > 1) return command(token.slice(1), parser);
  if (/^\d/.test(token)) return `<mn>${token}</mn>`;
  if (/^\p{L}$/u.test(token)) return `<mi>${token}</mi>`;
  if (token === "-") return "<mo>−</mo>";
  if ("|()[]‖".includes(token)) return `<mo stretchy="false">${token}</mo>`;
  return `<mo>${token}</mo>`;
}

function command(name, parser) {
  if (letter.has(name)) return `<mi>${letter.get(name)}</mi>`;
  if (operator.has(name)) return `<mo${"⟨⟩‖|".includes(operator.get(name)) ? ' stretchy="false"' : ""}>${operator.get(name)}</mo>`;
  if (functions.has(name)) return `<mo lspace="0.17em" rspace="0.17em">${name}</mo>`;
  if (accent.has(name)) return `<mover accent="true">${term(parser)}<mo stretchy="false">${accent.get(name)}</mo></mover>`;
  if (name === "frac" || name === "tfrac" || name === "dfrac") return `<mfrac>${term(parser)}${term(parser)}</mfrac>`;
  if (name === "sqrt" && parser.tokens[parser.at] !== "[") return `<msqrt>${term(parser)}</msqrt>`;
  if (name === "left" || name === "right" || name === "big" || name === "Big") return ""; // sizes are the browser's
  if (spaces.has(name)) return `<mspace width="${{ quad: "1em", qquad: "2em", "!": "0" }[name] ?? "0.22em"}"/>`;
  if (styles.has(name)) return words(name, parser);
  throw new Unknown();
}

/** Upright words between braces. */
function words(name, parser) {
  if (parser.tokens[parser.at] !== "{") throw new Unknown();
  const end = parser.tokens.indexOf("}", parser.at);
  const text = parser.tokens.slice(parser.at + 1, end).join("");
  if (end < 0 || /[\\{_^]/.test(text)) throw new Unknown();
  parser.at = end + 1;
  if (name === "text" || name === "textrm") return `<mtext>${text.replace(/^ | $/g, "\u00A0")}</mtext>`;
  if (name === "mathcal") return `<mi>${text.replace(/[A-Z]/g, (capital) => [...script][capital.charCodeAt(0) - 65])}</mi>`;
  const style = { mathbf: "font-weight:bold", mathit: "font-style:italic" }[name];
  return `<mi mathvariant="normal"${style ? ` style="${style}"` : ""}>${text}</mi>`;
}

function skipSpace(parser) {
  while (/^\s+$/.test(parser.tokens[parser.at] ?? "")) parser.at++;
}
