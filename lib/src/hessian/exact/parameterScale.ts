import { ShapeError } from "../../core/errors.js";
import { size } from "../../core/tensor.js";
import { parameterBlocks, type Network } from "../../nn/network/network.js";

/**
 * One unit of curvature for each parameter, [P]: the mean modulus of the Hessian's diagonal over
 * the parameter's group.
 *
 * Groups are the weights of a layer and its biases; where a layer reads the network's input, the
 * weights of each input channel, since features have units of their own. When targets (with them
 * the last layer) or features are given in other units, a group's parameters change by one factor
 * and this scale by its inverse square, so that H_pq/√(m_p m_q) has no units. The idea is
 * Marquardt's (1963), who takes each entry of the diagonal by itself; by layers, Grosse et al. 2023
 * damp with a part of a layer's mean eigenvalue.
 *
 * A group without curvature gets the mean of the others: its gradients vanish with it, so nothing
 * depends on the choice.
 * @param diagonal  of the Hessian, or of the Gauss-Newton matrix, [P]
 */
export function parameterScale(network: Network, diagonal: Float64Array): Float64Array {
  const P = network.parameterCount;
  if (diagonal.length !== P) {
    const fact = `the diagonal has ${diagonal.length} entries for ${P} parameters`;
    throw new ShapeError(`parameterScale: ${fact}. Take both from one network.`, {
      got: diagonal.length,
      parameters: P,
    });
  }
  const { groupOf, count } = parameterGroups(network);
  const [sums, sizes] = [new Float64Array(count), new Float64Array(count)];
  for (let p = 0; p < P; p++) {
    sums[groupOf[p]] += Math.abs(diagonal[p]);
    sizes[groupOf[p]]++;
  }
  const means = sums.map((sum, g) => sum / sizes[g]);
  const known = means.filter((value) => value > 0);
  const rest = known.length > 0 ? known.reduce((sum, value) => sum + value / known.length, 0) : 1;
  return Float64Array.from(groupOf, (g) => (means[g] > 0 ? means[g] : rest));
}

/** Number of the group of each parameter, [P]. */
function parameterGroups(network: Network): { groupOf: Int32Array; count: number } {
  const groupOf = new Int32Array(network.parameterCount);
  const reading = readingInput(network);
  let count = 0;
  for (const { node, role, shape, offset } of parameterBlocks(network)) {
    const [, channels = 1, ...kernel] = shape;
    const columns = role === "weight" && reading[node] ? channels : 1;
    const taps = size(kernel);
    for (let p = 0; p < size(shape); p++)
      groupOf[offset + p] = count + (columns > 1 ? Math.floor(p / taps) % channels : 0);
    count += columns;
  }
  return { groupOf, count };
}

/** Whether a node reads the input of the network itself, be it cut, joined or reshaped. */
function readingInput(network: Network): boolean[] {
  const untouched = [true]; // value 0 is the input
  return network.nodes.map(({ layer, inputs }) => {
    const reads = inputs.length > 0 && inputs.every((v) => untouched[v]);
    untouched.push(
      reads &&
        (layer.kind === "reshape" ||
          layer.kind === "slice" ||
          layer.kind === "dropout" ||
          layer.kind === "merge"),
    );
    return reads;
  });
}
