import { equation, html, type Html } from "../html.js";
import { plate } from "../page.js";
import type { PageContext, Section } from "./context.js";

export const trustSection: Section = (context) =>
  context.report.explanation.training && {
    id: "trust",
    title: "Uncertainty and extrapolation",
    body: trustBody(context),
  };

function trustBody({ report, chart }: PageContext): Html {
  const { explained, training } = report.explanation;
  const { uncertaintyError, extrapolation, curvature } = training!;
  const what = explained === "output" ? "output" : "loss";
  return html`<h3>Resampling uncertainty (RUE)</h3>
    <p>
      The variance of the ${what} had the training set been drawn anew,
      ${uncertaintyError ? "from bootstrap samples at whose parameters the network was evaluated; w counts how often a training point was drawn, less one" : "linearised: the infinitesimal jackknife"}
      (Dawid et al. 2021, Eq. (4)).
    </p>
    ${equation(uncertaintyError ? "RUE = (1/b) Σ_b (L(θ′_b) − L(θ))²,  θ′_b = θ − (1/n) (H + λ1)⁻¹ Σ_r w_br ∇L_r" : "RUE = Σ_r (I_r − ⟨I⟩)²")}
    <h3>Extrapolation score (LEES)</h3>
    <p>
      The length of the gradient in directions that the training data do not determine (Dawid et al.
      2021, Eq. (5)): 0 means no extrapolation. The ${curvature.directions} directions with the
      largest eigenvalues are taken as determined.
    </p>
    ${equation("ℰ_m = ‖U_mᵀ ∇L‖")}
    ${extrapolation ? plate(chart("trust"), "Points to the right extrapolate, points at the top depend on the sample that was drawn; numbers are rows of the data.") : html`<p class="note">The leading eigenpairs did not converge, so there is no score. Give --directions a smaller number.</p>`}`;
}
