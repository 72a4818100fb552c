import type { LossOutput } from "../../nn/losses/loss.js";
import type { CurvatureName } from "../../hessian/curvature/choice.js";
import type { ConservationRow } from "../../lrp/propagation/conservation.js";
import type { Provenance } from "../provenance.js";

/** Name and version of the form of a document of answers. */
export const SCHEMA = "phaselens/explain/1";

/**
 * What was answered about a model and its data: plain data, the same in JSON. What was not asked,
 * or there is not, is absent; a number that is not finite is null.
 */
export interface AnswersDocument {
  readonly schema: typeof SCHEMA;
  readonly title: string;
  readonly model: ModelFacts;
  readonly method: MethodFacts;
  /** Names of classes in the order of the outputs. */
  readonly classes?: readonly string[];
  /** Points that were asked about, and training points. */
  readonly points: number;
  readonly trainingPoints?: number;
  /** What each part will take, said before it begins. */
  readonly estimates: readonly PartEstimate[];
  /** The curvature behind influence, uncertainty and extrapolation. */
  readonly curvature?: CurvatureAnswer;
  /** How extrapolation is measured, and what it cannot see. */
  readonly extrapolation?: ExtrapolationFacts;
  /** Every point, in the order of the data. */
  readonly rows: readonly RowAnswer[];
  /** Places in `rows` in the order of reading: wrong and uncertain ones first. */
  readonly order: readonly number[];
  /** In full: the points that were picked. */
  readonly details: readonly RowDetails[];
  /** Of the whole set. */
  readonly whole: WholeAnswers;
  readonly notes: readonly string[];
  readonly provenance?: Provenance;
  /** Files that were written beside it. */
  readonly written?: readonly string[];
}

/** What answers are about. */
export interface ModelFacts {
  readonly kind: "network" | "trees";
  readonly name: string;
  readonly format: string;
  readonly parameters?: number;
  readonly trees?: number;
  readonly inputs: readonly InputFacts[];
  /** What predictions are made of outputs by. */
  readonly output: LossOutput;
  readonly outputs: number;
  readonly loss: string;
  readonly l2?: number;
}

/** An input by its name, as its user knows it: channels last for TensorFlow.js. */
export interface InputFacts {
  readonly name: string;
  readonly shape: readonly number[];
  /** How one sample is best seen. */
  readonly look: "bars" | "field" | "image" | "volume" | "objects";
  /** Names of its entries, or of the features of its objects. */
  readonly names?: readonly string[];
  /** It says which objects there are, and has no relevance. */
  readonly mask?: boolean;
}

/** How relevance is found. */
export interface MethodFacts {
  readonly name: string;
  readonly words: string;
  readonly equation: string;
  /** What counts as absence. */
  readonly reference: string;
  /** In which units. */
  readonly space: string;
  /** Which output it explains, in words. */
  readonly start: string;
  readonly units: "output" | "margin";
}

export type PartName =
  "rows" | "training" | "labels" | "byClass" | "groups" | "faithfulness" | "audit";

/** What a part will take on one core, right to a factor of two or so. */
export interface PartEstimate {
  readonly part: PartName;
  readonly seconds: number;
  readonly bytes: number;
  /** "about 12 s", "about 400 MB". */
  readonly words: string;
}

export interface CurvatureAnswer {
  readonly name: CurvatureName;
  /** "exact Hessian of the head after relu, node 12, 202 of 40698 parameters" */
  readonly words: string;
  readonly why: string;
  readonly blindSpot?: string;
  readonly parameters: number;
  readonly networkParameters: number;
  readonly damping: number;
  readonly dampingWords: string;
  /** Of H, or bounds on them. */
  readonly lowest: number;
  readonly highest: number;
  /** Standard error of the lengths in RelatIF, relative; absent where they are exact. */
  readonly relatifError?: number;
}

export interface ExtrapolationFacts {
  /** m, directions taken as determined. */
  readonly directions: number;
  /** That recommended by the spectrum, and why. */
  readonly recommended: number;
  readonly why: string;
  /** Training points that percentiles are among. */
  readonly among: number;
  /** Sentences. */
  readonly blindSpots: readonly string[];
}

/** A prediction in numbers and in words. */
export interface PredictionAnswer {
  readonly output: readonly number[];
  readonly probability?: readonly number[];
  /** The class; of one output under a sigmoid 1 for yes; of several an answer each. */
  readonly predicted?: number | readonly number[];
  /** The class without its probability, or the values. */
  readonly label: string;
  /** Probability of what is predicted; of several answers the least sure of them. */
  readonly sure?: number;
}

/** A point of the data. */
export interface RowAnswer extends PredictionAnswer {
  /** Row of its file, from 0. */
  readonly row: number;
  readonly target?: readonly number[];
  readonly targetLabel?: string;
  readonly wrong?: boolean;
  /** At the label given. */
  readonly loss?: number;
  readonly uncertainty?: UncertaintyAnswer;
  readonly extrapolation?: ExtrapolationAnswer;
}

export interface UncertaintyAnswer {
  /** RUE, a variance, linearised. */
  readonly variance: number;
  /** Its root, in units of `of`. */
  readonly spread: number;
  readonly of: "loss" | "minimal loss" | "output";
}

/** Scores of local ensembles; percentiles run from 0 to 100. */
export interface ExtrapolationAnswer {
  /** LEES of the minimal loss, or of the output of a regression. */
  readonly score: number;
  readonly percentile: number;
  /** LEES of the prediction itself (`hessian.predictionGradients`). */
  readonly predictionScore: number;
  readonly predictionPercentile: number;
}

/** Values of one input of one sample, row by row in `shape`. */
export interface InputValues {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** A point in full. */
export interface RowDetails {
  readonly row: number;
  readonly input: readonly InputValues[];
  readonly relevance: RelevanceAnswer;
  readonly influence?: InfluenceAnswer;
  readonly change?: ChangeAnswer;
}

export interface RelevanceAnswer {
  /** What is explained, f. */
  readonly explained: number;
  readonly explainedWords: string;
  readonly byInput: readonly InputValues[];
  /** Σ R over entries. */
  readonly sum: number;
  /** f = Σ R + what these hold, each in words; their sum is exact but for rounding. */
  readonly rest: readonly RestOfRelevance[];
  /** Layers that lost something, from the output down. */
  readonly conservation: readonly ConservationRow[];
  /** The entries of the largest |R|, as bars: name and value of the entry. */
  readonly top: readonly RelevantEntry[];
}

export interface RestOfRelevance {
  readonly name: "bias" | "baseline" | "zeros" | "other";
  readonly words: string;
  readonly value: number;
}

export interface RelevantEntry {
  readonly name: string;
  readonly input: string;
  /** Place in the input, row by row. */
  readonly index: number;
  readonly value: number;
  readonly relevance: number;
}

export interface InfluenceAnswer {
  /** What training points have an influence on. */
  readonly of: "loss" | "minimal loss" | "output";
  readonly words: string;
  /** The strongest of each sign: what falls and rises when they are taken away. */
  readonly helped: readonly TrainingAnswer[];
  readonly harmed: readonly TrainingAnswer[];
}

/** A training point that had a part in it. */
export interface TrainingAnswer extends PredictionAnswer {
  readonly row: number;
  readonly influence: number;
  readonly relatif?: number;
  readonly targetLabel: string;
  readonly wrong?: boolean;
  readonly input: readonly InputValues[];
}

/** What would change the prediction. */
export interface ChangeAnswer {
  readonly found: boolean;
  /** How it was looked for, and what that cannot find. */
  readonly method: string;
  readonly limits: string;
  /** What counts as changed. */
  readonly aim: string;
  readonly words: string;
  /** Root mean square of the change in units of each entry's deviation; absent if not found. */
  readonly size?: number;
  readonly prediction?: PredictionAnswer;
  /** The entries that change most, in units of their deviation. */
  readonly entries: readonly ChangedEntry[];
}

export interface ChangedEntry {
  readonly name: string;
  readonly input: string;
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

export interface WholeAnswers {
  readonly score?: ScoreAnswer;
  readonly labels?: LabelsAnswer;
  /** Places in `rows`, the least sure first. */
  readonly leastSure?: readonly number[];
  readonly byClass?: readonly ClassRelevance[];
  readonly groups?: GroupsAnswer;
  readonly faithfulness?: FaithfulnessAnswer;
  readonly audit?: AuditAnswer;
}

/** AUC, R², accuracy or a mean loss on the points with targets. */
export interface ScoreAnswer {
  readonly name: string;
  readonly value: number;
  /** 1 where larger is better, −1 for losses. */
  readonly sign: 1 | -1;
}

/** Labels to check, the first first. */
export interface LabelsAnswer {
  readonly by: "self-influence" | "loss";
  readonly words: string;
  /** Of which rows: those of the training data, or of the points. */
  readonly of: "training" | "points";
  readonly checked: number;
  readonly rows: readonly SuspectAnswer[];
}

export interface SuspectAnswer extends PredictionAnswer {
  readonly row: number;
  readonly score: number;
  readonly loss: number;
  readonly targetLabel: string;
  readonly wrong?: boolean;
  readonly input: readonly InputValues[];
}

export interface ClassRelevance {
  readonly label: string;
  /** Points of it, by the label given, or predicted where none is. */
  readonly points: number;
  /** Mean of R, and of |R|. */
  readonly mean: readonly InputValues[];
  readonly modulus: readonly InputValues[];
}

export interface GroupsAnswer {
  readonly score: ScoreAnswer;
  readonly words: string;
  readonly found: "correlation" | "named" | "single";
  readonly groups: readonly GroupAnswer[];
}

export interface GroupAnswer {
  readonly name: string;
  readonly features: readonly string[];
  /** Mean |Spearman correlation| of its pairs; absent for one feature. */
  readonly correlation?: number;
  /** How much worse the score is when they are permuted together among the points. */
  readonly worse: number;
  readonly error: number;
}

export interface FaithfulnessAnswer {
  readonly words: string;
  readonly points: number;
  readonly reference: string;
  readonly fraction: readonly number[];
  /** Mean explained output while entries go: the most relevant first, the least, and at random. */
  readonly descending: readonly number[];
  readonly ascending: readonly number[];
  readonly random: readonly number[];
  /** Mean over points of area(random) − area(descending), and its standard error. */
  readonly gain: number;
  readonly gainError: number;
}

export interface AuditAnswer {
  readonly verdict: "pass" | "caution" | "fail";
  readonly conclusion: string;
  readonly lines: readonly {
    readonly part: string;
    readonly verdict: string;
    readonly words: string;
  }[];
}
