import fc from "fast-check";
import { type Loss, type LossSpec } from "phaselens/nn";
import { lossFrom, lossTypes } from "phaselens/internal/nn/losses/lossTypes";

/** What tests must know of one type of loss to try it on anything. */
export interface LossExample {
  /** Specs with parameters all over their domain. */
  readonly spec: fc.Arbitrary<LossSpec>;
  readonly leastOutputs: number;
  /** One entry of a target. */
  readonly target: fc.Arbitrary<number>;
  /** Rows that are refused, with what the message says. */
  readonly refused: readonly (readonly [rows: number[][], message: string])[];
  /** Specs that are refused. */
  readonly wrongSpecs: readonly LossSpec[];
}

const number = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true });

/**
 * One entry for each row of `lossTypes`: a loss without one fails every test that walks over the
 * table.
 */
export const lossExamples: Readonly<Record<string, LossExample>> = {
  softmaxCrossEntropy: {
    spec: fc.constant({ type: "softmaxCrossEntropy" }),
    leastOutputs: 2,
    target: fc.oneof(fc.constantFrom(0, 1), number(0, 3)),
    refused: [
      [
        [
          [1, 0],
          [1, -1],
        ],
        "sample 1 at output 1 is -1; softmax takes numbers ≥ 0. Give one-hot rows, or shares.",
      ],
      [
        [
          [1, -1],
          [-1, 1],
        ],
        "here they are -1 and 1: write 0 for -1.",
      ],
      [
        [[0], [1]],
        "the softmax of one is 1 for every input. Use logisticLoss with targets 0 and 1",
      ],
      [[[1, NaN]], "targets: entry 1 is NaN"],
    ],
    wrongSpecs: [{ type: "softmaxCrossEntropy", delta: 1 }],
  },
  logisticLoss: {
    spec: fc.constant({ type: "logisticLoss" }),
    leastOutputs: 1,
    target: fc.oneof(fc.constantFrom(0, 1), number(0, 1)),
    refused: [
      [
        [[1], [-1]],
        "sample 1 at output 0 is -1; a sigmoid takes numbers from 0 to 1. " +
          "Give 0 for no and 1 for yes; here they are -1 and 1: write 0 for -1.",
      ],
      [[[1], [2], [1]], "here they are 1 and 2: write 0 for 1 and 1 for 2."],
      [
        [
          [0.2, 7],
          [0.5, 0],
        ],
        "sample 0 at output 1 is 7; a sigmoid takes numbers from 0 to 1. Give 0 for no and 1 for",
      ],
      [[[Infinity]], "targets: entry 0 is Infinity"],
    ],
    wrongSpecs: [{ type: "logisticLoss", classes: 2 }],
  },
  meanSquaredError: {
    spec: fc.constant({ type: "meanSquaredError" }),
    leastOutputs: 1,
    target: number(-5, 5),
    refused: [
      [
        [
          [1, 2],
          [3, NaN],
        ],
        "targets: entry 3 is NaN",
      ],
    ],
    wrongSpecs: [{ type: "meanSquaredError", "": 0 }],
  },
  huberLoss: {
    spec: number(0.05, 4).map((delta) => ({ type: "huberLoss", delta })),
    leastOutputs: 1,
    target: number(-5, 5),
    refused: [[[[-Infinity]], "targets: entry 0 is -Infinity"]],
    wrongSpecs: [
      { type: "huberLoss", delta: 0 },
      { type: "huberLoss", delta: NaN },
      { type: "huberLoss", delta: Infinity },
      { type: "huberLoss", delta: "1" },
      { type: "huberLoss", sigma: 1 },
    ],
  },
};

/** Every type of the table with its example. @throws Error for a loss that has none */
export function everyLoss(): [type: string, example: LossExample][] {
  return Object.keys(lossTypes).map((type) => {
    if (!Object.hasOwn(lossExamples, type))
      throw new Error(`tests/support/lossExamples.ts has no entry for ${type}. Write one.`);
    return [type, lossExamples[type]];
  });
}

/** A loss with outputs and targets that it takes. */
export interface LossCase {
  readonly loss: Loss;
  readonly n: number;
  readonly out: number;
  /** [n, out] each. */
  readonly z: Float64Array;
  readonly target: Float64Array;
  readonly v: Float64Array;
}

/** Any loss of a type with any outputs and targets. */
export function lossCases({ spec, leastOutputs, target }: LossExample): fc.Arbitrary<LossCase> {
  const list = (entry: fc.Arbitrary<number>, length: number): fc.Arbitrary<Float64Array> =>
    fc
      .array(entry, { minLength: length, maxLength: length })
      .map((values) => Float64Array.from(values));
  return fc
    .tuple(spec, fc.integer({ min: 1, max: 4 }), fc.integer({ min: leastOutputs, max: 5 }))
    .chain(([one, n, out]) =>
      fc.record({
        loss: fc.constant(lossFrom(one)),
        n: fc.constant(n),
        out: fc.constant(out),
        z: list(number(-8, 8), n * out),
        target: list(target, n * out),
        v: list(number(-2, 2), n * out),
      }),
    );
}
