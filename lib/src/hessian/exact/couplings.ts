import { type Tensor } from "../../core/tensor.js";
import type { Arena } from "../../kernels/arena.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import type { ChannelSum } from "./channelSums.js";
import { blockEnd, blockedOrder, thetaIndex, type Block, type HessianPlan } from "./segments.js";
import type { SiteSums } from "./siteSums.js";
import type { Tangents } from "./tangents.js";

/**
 * Sums over samples of δ_t ∂x/∂θ: the blocks of the Hessian between a layer's weights and all
 * earlier parameters.
 */
export function makeCouplings(
  evaluator: Evaluator,
  plan: HessianPlan,
  tangents: Tangents,
  arena: Arena,
  siteSums: SiteSums,
): {
  /** Start a sample. */
  begin(): void;
  /**
   * The contribution of one channel whose sum over sites is at hand: all its sites have the same δ.
   */
  addChannelSum(sum: ChannelSum, sample: number): void;
  /** The contributions of all other layers. */
  add(sample: number): void;
  addTo(hessian: Tensor): void;
} {
  const { f64 } = arena;
  const { blocks } = plan;
  const sums = blocks.map((b) => arena.doubles(couplingSize(b, plan)));
  const summed = new Uint8Array(blocks.length);
  return {
    begin() {
      summed.fill(0);
    },
    addChannelSum({ block: l, channel, destination, end, factor, denseRows, ownRows }, sample) {
      summed[l] = 1;
      const block = blocks[l];
      const from = tangents.kept[block.input]!;
      const { taps, inputSites } = block.geometry;
      const width = couplingWidth(block, plan);
      const depth = block.width - 1;
      const delta =
        factor * evaluator.gradients[end][sample * tangents.kept[end]!.features + destination];
      const own = from.own === undefined ? undefined : blocks[from.own];
      for (let r = 0; r < depth; r++) {
        const target = sums[l] + (channel * depth + r) * width;
        addScaled(f64, delta, denseRows + r * from.dense, from.dense, target);
        if (own)
          addScaled(
            f64,
            delta,
            ownRows + r * from.ownWidth,
            from.ownWidth,
            target + own.start + ownerOf(r, taps, inputSites, from.ownerSpan) * own.width,
          );
      }
    },
    add(sample) {
      blocks.forEach((block, l) => {
        const from = tangents.kept[block.input];
        if (!from || summed[l]) return;
        const { outChannels, sites } = block.geometry;
        const own = from.own === undefined ? undefined : blocks[from.own];
        const width = couplingWidth(block, plan);
        const depth = block.width - 1;
        const g = evaluator.gradients[block.output];
        const at = sample * outChannels * sites;
        const target = (o: number, r: number): number => sums[l] + (o * depth + r) * width;
        siteSums.run(
          block,
          from,
          { values: g, at },
          false,
          target,
          (o, r, owner) => target(o, r) + own!.start + owner * own!.width,
        );
      });
    },
    addTo(hessian) {
      const P = hessian.shape[0];
      const order = blockedOrder(blocks, P);
      blocks.forEach((block, l) => {
        const width = couplingWidth(block, plan);
        for (let o = 0; o < block.geometry.outChannels; o++) {
          for (let r = 0; r < block.width - 1; r++) {
            const p = thetaIndex(block, o, r);
            const at = sums[l] + (o * (block.width - 1) + r) * width;
            for (let q = 0; q < width; q++) {
              hessian.data[p * P + order[q]] += f64[at + q];
              hessian.data[order[q] * P + p] += f64[at + q];
            }
          }
        }
      });
    },
  };
}

/** Doubles that the sums of all blocks take from an arena. */
export function couplingsSpace(plan: HessianPlan): number {
  return plan.blocks.reduce((sum, block) => sum + couplingSize(block, plan), 0);
}

/** Earlier parameters that reach the input of a block. */
function couplingWidth(block: Block, plan: HessianPlan): number {
  const input = plan.kept[block.input];
  if (!input) return 0;
  return input.own === undefined
    ? input.dense
    : Math.max(input.dense, blockEnd(plan.blocks[input.own]));
}

function couplingSize(block: Block, plan: HessianPlan): number {
  return block.geometry.outChannels * (block.width - 1) * couplingWidth(block, plan);
}

/** f64[target + p] += scale · f64[source + p]. */
function addScaled(
  f64: Float64Array,
  scale: number,
  source: number,
  count: number,
  target: number,
): void {
  for (let p = 0; p < count; p++) f64[target + p] += scale * f64[source + p];
}

/** Channel of the own block that input row r = (i, k) belongs to. */
const ownerOf = (r: number, taps: number, inputSites: number, ownerSpan: number): number =>
  Math.floor((Math.floor(r / taps) * inputSites) / ownerSpan);
