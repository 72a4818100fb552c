import { size } from "../core/tensor.js";
import type { Evaluator } from "../nn/evaluator.js";
import { bound, type EvaluatorNode } from "../nn/evaluatorNodes.js";
import type { ParameterWalk } from "./parameterWalks.js";

/**
 * Second derivatives of the network itself, Σ_n Σ_k δ_k ∇²z_k with δ = ∂L/∂z, along one parameter at a time. A derivative of all values by that
 * parameter is pushed forward from its node. Where it reaches the input of a later node with parameters, it moves their gradient at
 * fixed δ; where it moves the Jacobian of a node, it changes δ on the way back from there.
 */
export interface ParameterDirections {
  /**
   * Adds the samples that the evaluator holds, after `forward` and `backward`, for the derivative by entry `p` of the parameters of the walk's
   * node. Gradients by that node's own parameters are added to `own` [P], those by later nodes' to `later` [P].
   */
  add(walk: ParameterWalk, p: number, count: number, own: Float64Array, later: Float64Array): void;
  /** To be called before a walk's parameters, for each chunk of samples anew. */
  begin(walk: ParameterWalk, theta: Float64Array, count: number): void;
}

export function makeParameterDirections({ steps: nodes, values, gradients, shapes, capacity, network }: Evaluator): ParameterDirections {
  const sizes = shapes.map(size);
  const buffers = (): Float64Array[] => sizes.map((width) => new Float64Array(capacity * width));
  const [tangents, changes] = [buffers(), buffers()]; // of values, and of δ
  const spare = new Float64Array(capacity * Math.max(...sizes));
  const [at, along] = [bound(nodes, values), bound(nodes, tangents)];
  const direction = new Float64Array(network.parameterCount);
  const written = new Uint8Array(sizes.length);
  along.bind(direction);

  /** The changes of δ that a node sends back to its inputs, added to what others sent. */
  const sendBack = (n: number, from: number, bent: boolean, reached: boolean, count: number): void => {
    const { step, inputs, output } = nodes[n];
    inputs.forEach((v, k) => {
      if (v <= from) return;
      const entries = count * sizes[v];
      if (!written[v]) changes[v].fill(0, 0, entries);
      written[v] = 1;
      if (reached) {
        step.pull(at.of[n], changes[output], k, spare, count);
        addTo(changes[v], spare, entries);
      }
      if (bent) {
        step.bend!(at.of[n], along.of[n], gradients[output], k, spare, count);
        addTo(changes[v], spare, entries);
      }
    });
  };

  return {
    begin({ still }, theta, count) {
      at.bind(theta);
      for (const v of still) tangents[v].fill(0, 0, count * sizes[v]);
    },
    add({ from, pushed, coupled, back, pulled }, p, count, own, later) {
      const { step: { parameters }, output, place } = nodes[from];
      direction[place + p] = 1;
      if (!pushUnit(nodes[from], p, values[nodes[from].inputs[0]], tangents[output], sizes, count)) {
        parameters!.push(at.of[from], along.of[from], tangents[output], count);
      }
      if (!parameters!.linear) parameters!.bend(at.of[from], along.of[from], gradients[output], own, place, count);
      direction[place + p] = 0;
      for (const n of pushed) nodes[n].step.push(at.of[n], along.of[n], count);
      for (const n of coupled) {
        nodes[n].step.parameters!.bend(at.of[n], along.of[n], gradients[nodes[n].output], later, nodes[n].place, count);
      }
      if (back.length === 0) return;
      written.fill(0);
      for (const { node, bent, reached } of back) sendBack(node, from, bent, reached, count);
      for (const n of pulled) {
        nodes[n].step.parameters!.pull(at.of[n], changes[nodes[n].output], n === from ? own : later, nodes[n].place, 0, count);
      }
    },
  };
}

/**
 * ∂y/∂θ_p of an affine layer, without the products that are 0: y[j, t] moves by x[i, site(t, k)] for W[j, i, k], by 1 for b[j].
 * False for other layers.
 */
function pushUnit(
  { affine, inputs, output, weight: [start, middle] }: EvaluatorNode, p: number, x: Float64Array, dy: Float64Array,
  sizes: readonly number[], count: number,
): boolean {
  if (!affine) return false;
  const { inChannels, taps, sites, inputSites, siteOf } = affine.geometry;
  const [width, height, depth] = [sizes[inputs[0]], sizes[output], inChannels * taps];
  const isWeight = p < middle - start;
  const [j, r] = isWeight ? [Math.floor(p / depth), p % depth] : [p - (middle - start), 0];
  const [i, k] = [Math.floor(r / taps), r % taps];
  dy.fill(0, 0, count * height);
  for (let n = 0; n < count; n++) {
    const [to, from] = [n * height + j * sites, n * width + i * inputSites];
    for (let t = 0; t < sites; t++) {
      const site = siteOf[t * taps + k];
      if (!isWeight) dy[to + t] = 1;
      else if (site >= 0) dy[to + t] = x[from + site];
    }
  }
  return true;
}

function addTo(total: Float64Array, part: Float64Array, count: number): void {
  for (let p = 0; p < count; p++) total[p] += part[p];
}
