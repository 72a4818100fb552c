import type { Tensor } from "../../core/tensor.js";
import type { GradientConvention } from "../../nn/network/gradientConvention.js";
import type { CurvatureFacts } from "../curvature/curvatureFacts.js";
import type { Damping } from "../solvers/damping.js";
import type { RemovalDraw } from "../removal/drawRemovals.js";
import type { RankAgreement } from "../removal/rankAgreement.js";
import type { RemovalFacts } from "../removal/removals.js";

/**
 * "pass": nothing to add. "caution": usable with the reservation that the words state. "fail": not
 * what it is taken for.
 */
export type Verdict = "pass" | "caution" | "fail";

/**
 * Whether θ̃ is a minimum, or at least stationary. With a damping of a scale m, gradients are
 * divided by √m, so that they have no units.
 */
export interface StationarityAudit {
  readonly verdict: Verdict;
  /** |∇ℜ(θ̃)|. */
  readonly gradientNorm: number;
  /** Mean of |∇L_r| over the training points, penalties not counted. */
  readonly meanPointGradient: number;
  /** |∇ℜ| / mean|∇L_r|. */
  readonly relative: number;
  /** n|∇ℜ| / mean|∇L_r|: in units of what the removal of one point changes. */
  readonly drift: number;
  /** Where a head is audited: |∇ℜ(θ̃)| by all parameters of the network. */
  readonly networkGradientNorm?: number;
}

/**
 * What the Hessian looks like and what the damping makes of it. With a damping of a scale m the
 * eigenvalues are those of H_pq/√(m_p m_q).
 */
export interface SpectrumAudit {
  readonly verdict: Verdict;
  /** What was examined: give `influence` the same. */
  readonly damping: Damping;
  /** Its λ. */
  readonly lambda: number;
  /**
   * The smallest λ for which H + λ1 has no negative eigenvalue: max(0, −E₀). The damping must
   * exceed it.
   */
  readonly smallestDamping: number;
  /** Lowest and highest eigenvalue; without the matrix bounds on them. */
  readonly lowest: number;
  readonly highest: number;
  /** Whether `lowest` and `highest` are bounds, from products. */
  readonly bounds: boolean;
  /**
   * Eigenvalues below −1e-12 of the largest modulus, and their sum; undefined without the matrix.
   */
  readonly negative: { readonly count: number; readonly sum: number } | undefined;
  /**
   * Eigenvalues with modulus below λ/100 (with λ = 0, below 1e-12 of the largest modulus), of the
   * matrix or of Kronecker factors; undefined for products.
   */
  readonly flat: { readonly count: number; readonly below: number } | undefined;
  /** Of H + λ1; ∞ if that is not positive definite. */
  readonly conditionNumber: number;
}

/**
 * The ranking of the training points at one damping, beside that at the next larger one (undefined
 * at the end).
 */
export interface DampingScanRow {
  readonly damping: number;
  readonly conditionNumber: number;
  readonly next:
    | {
        readonly rankCorrelation: number;
        readonly leastRankCorrelation: number;
        readonly sharedTopFive: number;
      }
    | undefined;
}

/** Whether influence depends on the damping. */
export interface DampingAudit {
  readonly verdict: Verdict;
  readonly rows: readonly DampingScanRow[];
}

/** How exactly the systems were solved. */
export interface SolvesAudit {
  readonly verdict: Verdict;
  /**
   * The largest ‖(H + λ1)x − b‖/‖b‖ over the gradients of test points and sampled training points.
   */
  readonly residual: number;
  readonly count: number;
  /**
   * Whether the systems solved are those of Kronecker factors, so that the residual says how far
   * these are from the Hessian.
   */
  readonly approximate: boolean;
}

/** Influence beside the proximal response of the sampled points. */
export interface ResponseAudit {
  readonly verdict: Verdict;
  /** Sampled training points. */
  readonly rows: readonly number[];
  /** How they were drawn, which decides what the agreement is an estimate of. */
  readonly draw: RemovalDraw;
  /** Part of all self-influence that they hold. */
  readonly share: number;
  /** Influence with the gradients of the convention that is judged, [points, test]. */
  readonly predicted: Tensor;
  /** Measured changes of the test losses, [points, test]. */
  readonly measured: Tensor;
  readonly agreement: RankAgreement;
  /**
   * The same for influence by the other convention; undefined without penalties, where both are
   * one.
   */
  readonly other:
    | {
        readonly convention: GradientConvention;
        readonly predicted: Tensor;
        readonly agreement: RankAgreement;
      }
    | undefined;
  readonly facts: readonly RemovalFacts[];
}

/** Whether the Hessian holds over the length of a removal's step. */
export interface StepAudit {
  readonly verdict: Verdict;
  /** |∇F| after the predicted step relative to before, median over the sampled points. */
  readonly remaining: number;
  readonly largestRemaining: number;
  /** Whether the network has kinks: activations whose slope jumps, or maximum pooling. */
  readonly kinks: boolean;
  /** Removals whose minimum lies on a kink, where |∇F| cannot vanish; 0 for a network without. */
  readonly onKinks: number;
  /**
   * Removals of a network without kinks whose search ended where F falls no more: at the limit of
   * rounding.
   */
  readonly atRounding: number;
  /** Removals given up before the minimum. */
  readonly givenUp: number;
  /** Removals whose way led through negative curvature. */
  readonly negativeCurvature: number;
}

/** Plain leave-one-out retraining beside influence: reported, not judged. */
export interface LeaveOneOutAudit {
  /**
   * "stationary": minimised again from θ̃ without damping. "recipe": trained anew with the recipe.
   */
  readonly method: "stationary" | "recipe";
  readonly rows: readonly number[];
  readonly measured: Tensor;
  readonly agreement: RankAgreement;
}

/** What `audit` found, part by part. */
export interface AuditFacts {
  readonly parameters: number;
  readonly samples: number;
  readonly tests: number;
  /** Of the gradients of the influence that was judged. */
  readonly convention: GradientConvention;
  readonly verdict: Verdict;
  /** Which Hessian was audited, and why that one. */
  readonly curvature: CurvatureFacts;
  readonly stationarity: StationarityAudit;
  readonly spectrum: SpectrumAudit;
  readonly damping: DampingAudit | undefined;
  readonly solves: SolvesAudit | undefined;
  /** undefined where no retraining was asked for or possible. */
  readonly step: StepAudit | undefined;
  readonly response: ResponseAudit | undefined;
  readonly leaveOneOut: LeaveOneOutAudit | undefined;
}

/** One part of the report: a row for a table. */
export interface AuditLine {
  readonly part: string;
  readonly verdict: Verdict | "reported";
  readonly words: string;
}

/** What `audit` found, in numbers and in words. */
export interface AuditReport extends AuditFacts {
  /** What the report comes to, in a sentence or two. */
  readonly conclusion: string;
  /** The parts of the report, in the order in which they were examined. */
  readonly lines: readonly AuditLine[];
  /**
   * All of it: one line for each part, each with its verdict, its numbers and the threshold that it
   * was held against.
   */
  readonly text: string;
}
