import { aNetwork } from "../../nn/arguments.js";
import { list, listOf } from "../../core/arguments/kinds.js";
import { figureOptions } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { size, type Shape } from "../../core/tensor.js";
import { parameterBlocks, shapes, type Network } from "../../nn/network/network.js";
import { diagram, type DiagramArrow, type DiagramBox, type DiagramCaption } from "./diagram.js";
import type { Figure } from "./figure.js";
import { layerLines } from "./layerLines.js";

/**
 * One stage of a chain of layers: what a layer that changes shape or has parameters does, with the
 * elementwise layers after it.
 */
export interface NetworkStage {
  /** Names of its layers, e.g. ["conv1d(1→5, kernel 15, padding 1)", "relu"]. */
  readonly layers: readonly string[];
  /** The first of them in short lines, e.g. ["conv1d", "1→5", "kernel 15", "padding 1"]. */
  readonly lines: readonly string[];
  readonly parameters: number;
  /** Its output for each of the inputs. */
  readonly shapes: readonly Shape[];
}

/**
 * The stages of a chain, read off the network itself: layers without parameters that keep the shape
 * join the one before.
 * @param inputs  shapes of one sample, e.g. [[1, 924], [1, 3432]]
 * @throws ConfigError if the network branches, ShapeError if an input does not fit
 */
export function networkStages(network: Network, inputs: readonly Shape[]): NetworkStage[] {
  takes("networkStages", { network: [network, aNetwork], inputs: [inputs, listOf(list, 1)] });
  const found = inputs.map((input) => shapes(network, input));
  const parameters = network.nodes.map((_, node) =>
    parameterBlocks(network)
      .filter((block) => block.node === node)
      .reduce((sum, block) => sum + size(block.shape), 0),
  );
  const stages: (NetworkStage & { readonly layers: string[] })[] = [];
  network.nodes.forEach(({ layer, inputs: read }, node) => {
    if (read.length !== 1 || read[0] !== node)
      throw new ConfigError(
        `networkStages: ${network.name} branches at node ${node}; only chains can be drawn.`,
        { node },
      );
    const keeps = layer.kind === "elementwise" || layer.kind === "dropout";
    if (keeps && stages.length > 0) stages[stages.length - 1].layers.push(layer.name);
    else
      stages.push({
        layers: [layer.name],
        lines: layerLines(layer),
        parameters: parameters[node],
        shapes: found.map((list) => list[node + 1]),
      });
  });
  return stages;
}

/** Options of `networkDiagram`. */
export interface NetworkDiagramOptions {
  readonly id: string;
  readonly title: string;
  readonly network: Network;
  /**
   * Shapes of one sample [channels, length]; sizes are given for each of them, drawn for the first.
   */
  readonly inputs: readonly Shape[];
}

const SPACING = 112; // px from stage to stage
const TALLEST = 130; // px of the input
const TOP = 120; // px of text above

/**
 * A network as a chain of blocks with the sizes of the data between layers: a block is as high as
 * the logarithm of its length and as wide as it has channels; above each arrow the layer and its
 * parameters, counted from the network.
 */
export function networkDiagram(options: NetworkDiagramOptions): Figure {
  takes("networkDiagram", {
    options: [options, figureOptions({ network: aNetwork, inputs: listOf(list, 1) })],
  });
  const { id, title, network, inputs } = options;
  const stages = networkStages(network, inputs);
  const data = [inputs, ...stages.map((stage) => stage.shapes)];
  const longest = Math.log(1 + Math.max(...data.map(([shape]) => shape[shape.length - 1])));
  const centre = TOP + TALLEST / 2;
  const place = (n: number): number => 60 + n * SPACING;
  const boxes = data.map(([shape], n): DiagramBox => {
    const [channels, length] =
      shape.length === 1 ? [1, shape[0]] : [shape[0], size(shape.slice(1))];
    const [width, height] = [9 + 1.4 * channels, (TALLEST * Math.log(1 + length)) / longest];
    return {
      name: `value ${n}`,
      x: place(n) - width / 2,
      y: centre - height / 2,
      width,
      height,
      colour: n === 0 ? "#fde3c8" : n === stages.length ? "#cfe8cf" : "#dbe7f5",
    };
  });
  const arrows = stages.map((_, n): DiagramArrow => ({ from: `value ${n}`, to: `value ${n + 1}` }));
  const captions = stages.map(({ layers: [, ...others], lines, parameters }, n): DiagramCaption => {
    const all = [
      ...lines,
      ...others.map((name) => `+ ${name}`),
      ...(parameters > 0 ? [`${parameters} parameters`] : []),
    ];
    return {
      x: place(n) + SPACING / 2,
      y: TOP - 15 - 15 * (all.length - 1),
      lines: all,
      bold: true,
    };
  });
  data.forEach((list, n) =>
    captions.push({
      x: place(n),
      y: TOP + TALLEST + 20,
      lines: list.map((shape) => shape.join(" × ")),
    }),
  );
  return diagram({
    id,
    title,
    width: 2 * 60 + stages.length * SPACING,
    height: TOP + TALLEST + 20 + 15 * inputs.length,
    boxes,
    arrows,
    captions,
  });
}
