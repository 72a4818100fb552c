import { describeLoss, describeNetwork, graph, logisticLoss, lossFrom, meanSquaredError, networkFrom, predict, relu, sequential, softmaxCrossEntropy } from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { problems } from "../support/models.js";

describe("a network as plain data", () => {
  it.each(Object.entries(problems))("%s: what is rebuilt from text computes the same", (_, make) => {
    const { network, theta, samples } = make(3);
    const rebuilt = networkFrom(JSON.parse(JSON.stringify(describeNetwork(network))) as ReturnType<typeof describeNetwork>);
    expect(rebuilt.parameterCount).toBe(network.parameterCount);
    expect(rebuilt.nodes.map((node) => node.layer.name)).toEqual(network.nodes.map((node) => node.layer.name));
    expect(predict(rebuilt, theta, samples.x)).toEqual(predict(network, theta, samples.x));
  });

  it("refuses a layer of one's own, which has no name to rebuild it from", () => {
    const own = sequential([{ ...relu(), name: "swish" }]);
    expect(() => describeNetwork(own)).toThrow('describeNetwork: "swish" is no layer of this library, so it cannot be rebuilt elsewhere. Compute in this thread (jobs: 1).');
    const disguised = graph((input, then) => then({ ...sequential([relu()]).nodes[0].layer, kind: "reshape" } as never, input));
    expect(() => describeNetwork(disguised)).toThrow(/"relu" is no layer/);
  });

  it("finds losses by name and refuses others", () => {
    for (const loss of [softmaxCrossEntropy, logisticLoss, meanSquaredError]) expect(lossFrom(describeLoss(loss))).toBe(loss);
    expect(() => describeLoss({ ...meanSquaredError })).toThrow(/is no loss of this library/);
    expect(() => lossFrom("hinge")).toThrow('lossFrom: there is no loss "hinge". Use one of "softmax cross-entropy", "logistic", "mean squared error".');
  });
});
