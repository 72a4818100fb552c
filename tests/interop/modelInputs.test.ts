import { tensor } from "phaselens/core";
import { channelsFirst } from "phaselens/interop";
import { modelInputs } from "phaselens/internal/interop/models/modelInputs";
import { describe, expect, it } from "vitest";
import { randomTensor } from "../support/models.js";

describe("what a model reads", () => {
  const image = modelInputs([{ name: "input", shape: [4, 5, 3] }], "last");

  it("is packed with channels first, and relevance comes back as the user has it", () => {
    const x = randomTensor([2, 4, 5, 3], 1);
    const packed = image.pack({ input: x });
    expect(packed).toEqual(channelsFirst(x));
    expect(image.unpack(packed)).toEqual({ input: x });
    const table = tensor([2, 60], x.data);
    expect(image.pack({ input: table })).toEqual(packed);
  });

  it("of several inputs is one row after the other, from where `start` says", () => {
    const both = modelInputs(
      [
        { name: "field", shape: [2, 2, 2] },
        { name: "κ", shape: [3] },
      ],
      "last",
    );
    expect(both.inputs.map(({ start }) => start)).toEqual([0, 8]);
    const tensors = { field: randomTensor([3, 2, 2, 2], 2), κ: randomTensor([3, 3], 3) };
    const packed = both.pack(tensors);
    expect(packed.shape).toEqual([3, 11]);
    expect(Array.from(packed.data.subarray(0, 8))).toEqual(
      Array.from(channelsFirst(tensors.field).data.subarray(0, 8)),
    );
    expect(both.unpack(packed)).toEqual(tensors);
    const fewer = { ...tensors, κ: randomTensor([2, 3], 3) };
    expect(() => both.pack(fewer)).toThrow(
      "κ: has 2 samples, field has 3. Give all inputs of a sample.",
    );
  });

  it("of one number for each sample may come without a second axis", () => {
    const one = modelInputs([{ name: "pt", shape: [1] }], "first");
    expect(one.pack({ pt: tensor([3], [1, 2, 3]) })).toEqual(tensor([3, 1], [1, 2, 3]));
    expect(() => image.pack({ input: tensor([3], [1, 2, 3]) })).toThrow(/has shape \[3\]/);
  });

  it("of unknown shape is taken and given back as it is", () => {
    const open = modelInputs([{ name: "input", shape: undefined }], "first");
    const x = randomTensor([2, 3], 4);
    expect(open.unpack(open.pack({ input: x }))).toEqual({ input: x });
  });

  it("is refused by name, of other shapes, and without an axis of samples", () => {
    const x = randomTensor([2, 4, 5, 3], 1);
    expect(() => image.pack({ x })).toThrow(
      'pack: got tensors for "x", the model\'s inputs are "input". Give each input one tensor [n, …].',
    );
    expect(() => image.pack({ input: randomTensor([2, 3, 4, 5], 1) })).toThrow(
      "input: samples have shape [3,4,5], the model reads [4,5,3]. Save the data as [n, 4, 5, 3].",
    );
    expect(() => image.pack({ input: randomTensor([60], 1) })).toThrow(
      "input: has shape [60]; samples are expected as [n, …]. Give each sample a row.",
    );
  });
});
