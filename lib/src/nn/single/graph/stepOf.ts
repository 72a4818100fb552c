import { size } from "../../../core/tensor.js";
import { byKind } from "../../layers/byKind.js";
import { prepareElementwise } from "../../layers/elementwiseStep.js";
import type { PoolingLayer } from "../../layers/layer.js";
import { specOf } from "../../layers/specOf.js";
import { objectStep, sampleStep } from "./affineStep.js";
import { edgeStep } from "./edgeStep.js";
import { addStep, multiplyStep, rowsStep, runsStep } from "./entrySteps.js";
import {
  geluStep,
  isOneRun,
  normaliseStep,
  rectifierStep,
  rescaleStep,
  scalingStep,
  softmaxStep,
} from "./functionSteps.js";
import { matrixStep } from "./matrixStep.js";
import { isPerObject } from "./planNodes.js";
import type { PlannedNode } from "./plannedNode.js";
import type { SingleStep, StepRoom } from "./singleStep.js";

/**
 * How a planned node is computed, in either precision: by compiled kernels where there are such,
 * else by the layer's own step, whose loops do not ask in which precision their arrays are.
 */
export function stepOf(node: PlannedNode, room: StepRoom): SingleStep {
  return compiledStep(node, room) ?? ownStep(node, room.capacity);
}

function ownStep({ layer, shapes }: PlannedNode, capacity: number): SingleStep {
  if (layer.kind === "elementwise")
    return layer.prepare?.(shapes, capacity) ?? prepareElementwise.call(layer, shapes);
  return layer.prepare(shapes, capacity);
}

function compiledStep(node: PlannedNode, room: StepRoom): SingleStep | undefined {
  const spec = specOf(node.layer);
  if (!spec) return undefined;
  if (node.byRows) return rowsStep(node, room);
  const none = (): undefined => undefined;
  return byKind<SingleStep | undefined>(
    {
      affine(layer) {
        if (node.edges) return edgeStep(node, room);
        if (!isPerObject(layer)) return undefined;
        return size(node.shape) === node.shape[0] ? sampleStep(node, room) : objectStep(node, room);
      },
      elementwise({ slope }) {
        if (slope !== undefined && slope >= 0) return rectifierStep(node, room, slope);
        if (spec.type === "gelu" && !spec.approximate) return geluStep(node, room);
        if (spec.type === "rescale") return rescaleStep(node, room, spec.factor, spec.shift ?? 0);
        return undefined;
      },
      pooling: (layer) => runs(layer, node, room),
      merge: ({ mode }) => (mode === "add" ? addStep(node, room) : undefined),
      product() {
        if (spec.type === "matmul") return matrixStep(node.shapes, node.shape, spec, room);
        const [a, b] = node.shapes.map(size);
        return a === b ? multiplyStep(node, room) : undefined;
      },
      softmax: ({ axis, log }) =>
        !log && axis === node.shape.length - 1 ? softmaxStep(node, room) : undefined,
      normalisation: ({ axes }) => (isOneRun(axes) ? normaliseStep(node, room) : undefined),
      scaling({ axis }) {
        if (spec.type !== "scaling" || axis !== 0) return undefined;
        return scalingStep(node, room, spec.values, spec.bias ?? true);
      },
      reshape: none,
      slice: none,
      dropout: none,
      gather: none,
      choice: none,
      source: none,
      own: none,
    },
    node.layer,
  );
}

/** Sums and means of entries that follow each other. */
function runs(layer: PoolingLayer, node: PlannedNode, room: StepRoom): SingleStep | undefined {
  if (layer.mode === "maximum") return undefined;
  const { coefficient, coefficients, sources } = layer.map(node.shapes[0]);
  // windows that leave a rest leave entries out at the end of each sample
  const all = sources.length === size(node.shapes[0]);
  const inOrder = all && !coefficients && sources.every((source, p) => source === p);
  return inOrder ? runsStep(node, room, coefficient) : undefined;
}
