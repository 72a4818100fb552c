import { size, type Shape } from "../../../core/tensor.js";
import { hasSlope } from "../../layers/hasSlope.js";
import type { StepValues } from "../../layers/layerStep.js";
import { checkBatch } from "../../network/checkBatch.js";
import type { GradientEvaluator } from "../../network/gradientPasses.js";
import type { Precision } from "../../layers/largestOf.js";
import { shapes, type Network } from "../../network/network.js";
import { inFittingArena, type Memory } from "../memory.js";
import { planNodes } from "./planNodes.js";
import type { PlannedNode } from "./plannedNode.js";
import { numbersOf, type Numbers } from "./numbers.js";
import { fours, placeOf, type SingleStep } from "./singleStep.js";
import { stepOf } from "./stepOf.js";

/** What `backward` gives of samples. */
export interface SampleGradient {
  /** Ranges of a sample whose derivative nobody asks for, those of masks: it is left 0. */
  readonly without: readonly { readonly start: number; readonly end: number }[];
}

export interface SingleEvaluator extends GradientEvaluator {
  /** [capacity, …] ∂/∂sample after `backward`, if it goes down to them. */
  readonly inputGradient: Float64Array;
}

/** A planned node in its arena: what it reads and writes, and gradients of them. */
interface Stage {
  readonly node: PlannedNode;
  readonly step: SingleStep;
  readonly at: StepValues;
}

/**
 * Outputs and parameter gradients of any network, in either precision: θ, values and gradients lie
 * in one arena, so that kernels copy nothing, and what `planNodes` joins is never written out.
 * Steps see their arrays as they see doubles; they index them and nothing else.
 * @param backend  "typescript" for the twins of the kernels
 * @param toInput  what `backward` gives of the samples (default: it does not go down to them)
 * @param precision  of all that is computed (default "float32")
 */
export function makeSingleEvaluator(
  network: Network,
  inputShape: Shape,
  capacity: number,
  backend: "auto" | "typescript" = "auto",
  toInput?: SampleGradient,
  precision: Precision = "float32",
): SingleEvaluator {
  const nodes = planNodes(network, inputShape);
  const needed = gradientsNeeded(nodes, toInput);
  const build = (memory: Memory): Plan =>
    buildPlan(numbersOf(memory, precision), network, nodes, needed, inputShape, capacity);
  const { plan } = inFittingArena(0, backend, build);
  const { numbers, stages, values, gradients, theta, gradient, spare } = plan;
  const [width, last] = [size(inputShape), nodes.length];
  const outputShape = shapes(network, inputShape)[network.nodes.length]; // with reshapes at the end
  const out = size(outputShape);
  const output = new Float64Array(capacity * out);
  const outputGradient = new Float64Array(capacity * out);
  const written = new Uint8Array(last + 1);
  const add = (from: Float64Array, to: Float64Array, count: number): void =>
    numbers.combine(fours(count), placeOf(to), placeOf(from), placeOf(to), 1);
  const pull = ({ node, step, at }: Stage, g: Float64Array, k: number, batch: number): void => {
    const v = node.inputs[k];
    if (!written[v]) step.pull(at, g, k, gradients[v], batch);
    else if (step.pullInto) step.pullInto(at, g, k, gradients[v], batch);
    else {
      step.pull(at, g, k, spare, batch);
      add(spare, gradients[v], batch * size(node.shapes[k]));
    }
    written[v] = 1;
  };
  const parametric = stages.flatMap((stage, n) =>
    stage.step.parameters && needed[n + 1] ? [{ ...stage, g: gradients[n + 1] }] : [],
  );
  /** out += what the steps add up for the samples first … first + count − 1. */
  const sumInto = (to: Float64Array, start: number, first: number, count: number): void => {
    gradient.fill(0);
    for (const { step, at, node, g } of parametric)
      step.parameters!.pull(at, g, gradient, node.place, first, count);
    for (let p = 0; p < network.parameterCount; p++) to[start + p] += gradient[p];
  };
  return {
    capacity,
    outputShape,
    output,
    outputGradient,
    inputGradient: gradients[0],
    forward(parameters, x, batch, training) {
      checkBatch(network.name, inputShape, x, batch, capacity);
      theta.set(parameters);
      values[0].set(x.length === batch * width ? x : x.subarray(0, batch * width));
      for (const { step, at } of stages) step.forward(at, batch, training);
      output.set(values[last].subarray(0, batch * out));
    },
    backward(_theta, batch) {
      if (!needed[last]) return;
      written.fill(0);
      gradients[last].set(outputGradient.subarray(0, batch * out));
      for (let n = last - 1; n >= 0; n--) {
        if (!needed[n + 1]) continue;
        const own = gradients[n + 1];
        if (n < last - 1 && !written[n + 1]) own.fill(0, 0, batch * size(nodes[n].shape));
        const { inputs } = nodes[n];
        for (let k = 0; k < inputs.length; k++)
          if (needed[inputs[k]] && passes(nodes[n], k)) pull(stages[n], own, k, batch);
      }
    },
    parameterGradient: (batch, to) => sumInto(to, 0, 0, batch),
    parameterGradientRows(batch, to, firstRow) {
      for (let n = 0; n < batch; n++) sumInto(to, (firstRow + n) * network.parameterCount, n, 1);
    },
  };
}

interface Plan {
  readonly numbers: Numbers;
  readonly stages: readonly Stage[];
  readonly values: readonly Float64Array[];
  /** Of values that get one; empty arrays for the others. */
  readonly gradients: readonly Float64Array[];
  readonly theta: Float64Array;
  readonly gradient: Float64Array;
  readonly spare: Float64Array;
}

function buildPlan(
  numbers: Numbers,
  network: Network,
  nodes: readonly PlannedNode[],
  needed: readonly boolean[],
  inputShape: Shape,
  capacity: number,
): Plan {
  const array = (count: number): Float64Array => {
    const start = numbers.take(count);
    return numbers.all.subarray(start, start + count);
  };
  const counts = [inputShape, ...nodes.map(({ shape }) => shape)].map((s) => capacity * size(s));
  const values = counts.map(array);
  const gradients = counts.map((count, v) => array(needed[v] ? count : 0));
  const [theta, gradient] = [array(network.parameterCount), array(network.parameterCount)];
  const stages = nodes.map((node, n): Stage => {
    const moved = node.inputs.some((v, k) => needed[v] && passes(node, k));
    const { place, count } = node;
    return {
      node,
      step: stepOf(node, { numbers, capacity, moved }),
      at: {
        x: node.inputs.map((v) => values[v]),
        y: values[n + 1],
        theta: theta.subarray(place, place + count),
      },
    };
  });
  const spare = array(Math.max(...counts));
  return { numbers, stages, values, gradients, theta, gradient, spare };
}

/**
 * Which values get a gradient: they depend on parameters, or on the sample where that is wanted,
 * and the output on them.
 */
function gradientsNeeded(
  nodes: readonly PlannedNode[],
  toInput: SampleGradient | undefined,
): boolean[] {
  const moves = [toInput !== undefined];
  for (const node of nodes) {
    const moved = node.inputs.some((v, k) => moves[v] && passes(node, k));
    moves.push(node.count > 0 || (moved && !isUnasked(node, toInput)));
  }
  const reached = moves.map((_, v) => v === nodes.length);
  for (let n = nodes.length - 1; n >= 0; n--)
    if (reached[n + 1])
      nodes[n].inputs.forEach((v, k) => {
        if (passes(nodes[n], k)) reached[v] = true;
      });
  return moves.map((one, v) => one && reached[v]);
}

/** Whether a value is cut out of what nobody asks for. */
function isUnasked({ layer, inputs, shape }: PlannedNode, toInput?: SampleGradient): boolean {
  if (layer.kind !== "slice" || inputs[0] !== 0 || !toInput) return false;
  const end = layer.start + size(shape);
  return toInput.without.some((own) => own.start <= layer.start && end <= own.end);
}

/** Whether input k of a node has a derivative that is not 0 everywhere: places have none. */
const passes = ({ layer, edges }: PlannedNode, k: number): boolean =>
  edges ? k === 0 : hasSlope(layer, k);
