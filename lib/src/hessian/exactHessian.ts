import { tensor, type Tensor } from "../core/tensor.js";
import { makeArena, type Arena } from "../kernels/arena.js";
import { makeEvaluator, type Evaluator } from "../nn/evaluator.js";
import type { Loss } from "../nn/loss.js";
import type { Network } from "../nn/network.js";
import { checkSamples, type Samples } from "../nn/risk.js";
import { blockEnd, planHessian, thetaIndex, type Block, type HessianPlan } from "./segments.js";
import { makeSiteSums, siteSumsSpace, type SiteSums } from "./siteSums.js";
import { expandRow, makeTangents, tangentSpace, type ChannelSum, type Tangents } from "./tangents.js";

export interface ExactHessianOptions {
  readonly loss: Loss;
  /** Coefficient of ½‖θ‖² in the risk (default 0); Dawid et al. 2021 use λ/n with λ = 0.05. */
  readonly l2?: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** "typescript" uses the plain twins of the compiled kernels. */
  readonly backend?: "auto" | "typescript";
}

/** Samples evaluated at a time; rows gathered for one rank-k update. */
const CHUNK = 32;
const ROWS = 256;

/**
 * Exact Hessian of the risk, ∇²_θ [(1/n) Σ_n L_n + (l2/2)‖θ‖²]: [P, P] in the order of θ (Dawid et al. 2021, Sec. II B).
 *
 * With δ = ∂L/∂z,  ∇²L = (∂z/∂θ)ᵀ (∂²L/∂z²) (∂z/∂θ) + Σ_k δ_k ∇²z_k.  The first term is a rank-k update with
 * back-propagated rows. In the second an affine layer couples its weights to all earlier parameters through the
 * tangents of its input, weighted by the δ that reaches its output; a smooth function adds Σ_f δ_f f″ T_f T_fᵀ, and
 * piecewise linear layers add nothing. Tangents stay small: a channel of the latest affine layer depends on its own
 * parameters only, and what pooling and ReLU drop is never computed. Dropout is off.
 *
 * Cost for Dawid's 740 parameters and 1000 samples: about half a second on one core. Memory: one P × P matrix and the
 * tangents of one sample.
 *
 * @throws ShapeError, NumericalError  if data, θ and network do not fit or hold NaN
 */
export function exactHessian(network: Network, theta: Float64Array, samples: Samples, options: ExactHessianOptions): Tensor {
  checkSamples(network, theta, samples, "exactHessian");
  const { loss, l2 = 0, onProgress } = options;
  const [n, out] = samples.target.shape;
  const P = network.parameterCount;
  const evaluator = makeEvaluator(network, samples.x.shape.slice(1), CHUNK);
  const last = evaluator.values.length - 1;
  const plan = planHessian(evaluator);
  const space = tangentSpace(plan);
  const couplings = plan.blocks.reduce((sum, b) => sum + couplingSize(b, plan), 0);
  const panels = Math.ceil(P / 4);
  const lists = siteSumsSpace(plan);
  const arena = makeArena(
    { doubles: space.doubles + couplings + 16 * panels * panels + 4 * panels * ROWS + lists.doubles + 4096, integers: space.integers + lists.integers + 4096 },
    options.backend,
  );
  const siteSums = makeSiteSums(arena, plan);
  const tangents = makeTangents(evaluator, plan, arena, siteSums);
  const coupling = makeCouplings(evaluator, plan, tangents, arena, siteSums);
  const curvature = makeCurvature(evaluator, plan, tangents, arena);
  const gaussNewton = makeGram(arena, P);
  const columns = loss.factors(out);
  const rows = new Float64Array(CHUNK * P);
  const width = samples.x.data.length / n;

  for (let from = 0; from < n; from += CHUNK) {
    const count = Math.min(CHUNK, n - from);
    const target = samples.target.data.subarray(from * out, (from + count) * out);
    evaluator.forward(theta, samples.x.data.subarray(from * width, (from + count) * width), count);
    loss.gradient(evaluator.values[last], target, count, out, evaluator.gradients[last]);
    evaluator.backward(theta, count);
    for (let s = 0; s < count; s++) {
      coupling.begin();
      tangents.propagate(theta, s, (sum) => coupling.addChannelSum(sum, s));
      coupling.add(s);
      curvature?.add(s);
    }
    for (let k = 0; k < columns; k++) {
      loss.factor(evaluator.values[last], target, k, count, out, evaluator.gradients[last]);
      evaluator.backward(theta, count);
      rows.fill(0);
      evaluator.parameterGradientRows(count, rows, 0);
      gaussNewton.add(rows, count);
    }
    onProgress?.(from + count, n);
  }

  const hessian = gaussNewton.finish();
  coupling.addTo(hessian);
  curvature?.addTo(hessian);
  for (let p = 0; p < hessian.data.length; p++) hessian.data[p] /= n;
  for (let p = 0; p < P; p++) hessian.data[p * P + p] += l2;
  return hessian;
}

/** f64[target + p] += scale · f64[source + p]. */
function addScaled(f64: Float64Array, scale: number, source: number, count: number, target: number): void {
  for (let p = 0; p < count; p++) f64[target + p] += scale * f64[source + p];
}

/** Channel of the own block that input row r = (i, k) belongs to. */
const ownerOf = (r: number, taps: number, inputSites: number, ownerSpan: number): number =>
  Math.floor((Math.floor(r / taps) * inputSites) / ownerSpan);

/** Earlier parameters that reach the input of a block. */
function couplingWidth(block: Block, plan: HessianPlan): number {
  const input = plan.kept[block.input];
  if (!input) return 0;
  return input.own === undefined ? input.dense : Math.max(input.dense, blockEnd(plan.blocks[input.own]));
}

function couplingSize(block: Block, plan: HessianPlan): number {
  return block.map.geometry.outChannels * (block.width - 1) * couplingWidth(block, plan);
}

/** Sums over samples of δ_t ∂x/∂θ: the blocks of the Hessian between a layer's weights and all earlier parameters. */
function makeCouplings(evaluator: Evaluator, plan: HessianPlan, tangents: Tangents, arena: Arena, siteSums: SiteSums): {
  /** Start a sample. */
  begin(): void;
  /** The contribution of one channel whose sum over sites is at hand: all its sites have the same δ. */
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
      const { taps, inputSites } = block.map.geometry;
      const width = couplingWidth(block, plan);
      const depth = block.width - 1;
      const delta = factor * evaluator.gradients[end][sample * tangents.kept[end]!.features + destination];
      const own = from.own === undefined ? undefined : blocks[from.own];
      for (let r = 0; r < depth; r++) {
        const target = sums[l] + (channel * depth + r) * width;
        addScaled(f64, delta, denseRows + r * from.dense, from.dense, target);
        if (own) addScaled(f64, delta, ownRows + r * from.ownWidth, from.ownWidth, target + own.start + ownerOf(r, taps, inputSites, from.ownerSpan) * own.width);
      }
    },
    add(sample) {
      blocks.forEach((block, l) => {
        const from = tangents.kept[block.input];
        if (!from || summed[l]) return;
        const { outChannels, sites } = block.map.geometry;
        const own = from.own === undefined ? undefined : blocks[from.own];
        const width = couplingWidth(block, plan);
        const depth = block.width - 1;
        const g = evaluator.gradients[block.node + 1];
        const at = sample * outChannels * sites;
        const target = (o: number, r: number): number => sums[l] + (o * depth + r) * width;
        siteSums.run(block, from, (o, t) => g[at + o * sites + t], target, (o, r, owner) => target(o, r) + own!.start + owner * own!.width);
      });
    },
    addTo(hessian) {
      const P = hessian.shape[0];
      const order = blockedOrder(blocks, P);
      blocks.forEach((block, l) => {
        const width = couplingWidth(block, plan);
        for (let o = 0; o < block.map.geometry.outChannels; o++) {
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

/** Σ_n Σ_f δ_f f″(x_f) T_f T_fᵀ of the smooth functions; undefined if the network has none. */
function makeCurvature(evaluator: Evaluator, plan: HessianPlan, tangents: Tangents, arena: Arena): {
  add(sample: number): void;
  addTo(hessian: Tensor): void;
} | undefined {
  const smooth = plan.segments.flatMap(({ source }) => (source.kind === "smooth" ? [source] : []));
  const outputs = evaluator.steps.flatMap((step, node) => // a smooth last layer has no segment: nothing reads its tangents
    step.layer.kind === "elementwise" && !step.layer.piecewiseLinear && plan.kept[step.inputs[0]] && !smooth.some((s) => s.node === node)
      ? [{ node, input: step.inputs[0] }] : []);
  const functions = [...smooth, ...outputs];
  if (functions.length === 0) return undefined;
  const P = evaluator.network.parameterCount;
  const sum = new Float64Array(P * P); // blocked order, lower triangle
  const row = new Float64Array(P);
  const support = new Int32Array(P);
  return {
    add(sample) {
      for (const { node, input } of functions) {
        const { layer, output } = evaluator.steps[node];
        const from = tangents.kept[input];
        if (layer.kind !== "elementwise" || !from) continue;
        const at = sample * from.features;
        const second = new Float64Array(from.features);
        layer.secondDerivative(evaluator.values[input].subarray(at, at + from.features), evaluator.values[output].subarray(at, at + from.features), second, from.features);
        for (let f = 0; f < from.features; f++) {
          const weight = second[f] * evaluator.gradients[output][at + f];
          if (weight === 0) continue;
          expandRow(arena.f64, from, plan.blocks, f, row);
          let count = 0;
          for (let p = 0; p < P; p++) if (row[p] !== 0) support[count++] = p;
          for (let a = 0; a < count; a++) {
            const scaled = weight * row[support[a]];
            for (let b = 0; b <= a; b++) sum[support[a] * P + support[b]] += scaled * row[support[b]];
          }
        }
      }
    },
    addTo(hessian) {
      const order = blockedOrder(plan.blocks, P);
      for (let a = 0; a < P; a++) {
        for (let b = 0; b <= a; b++) {
          hessian.data[order[a] * P + order[b]] += sum[a * P + b];
          if (a !== b) hessian.data[order[b] * P + order[a]] += sum[a * P + b];
        }
      }
    },
  };
}

/** θ index of each parameter in blocked order. */
function blockedOrder(blocks: readonly Block[], P: number): Int32Array {
  const order = new Int32Array(P);
  for (const block of blocks) {
    for (let o = 0; o < block.map.geometry.outChannels; o++) {
      for (let r = 0; r < block.width; r++) order[block.start + o * block.width + r] = thetaIndex(block, o, r);
    }
  }
  return order;
}

/** Collects rows and adds GᵀG in blocks that suit the compiled kernel. */
function makeGram(arena: Arena, P: number): { add(rows: Float64Array, count: number): void; finish(): Tensor } {
  const { f64 } = arena;
  const panels = Math.ceil(P / 4);
  const packed = arena.doubles(4 * panels * ROWS);
  const sum = arena.doubles(16 * panels * panels);
  let filled = 0;
  const flush = (): void => {
    if (filled === 0) return;
    for (let p = 0; p < panels; p++) f64.fill(0, packed + (p * ROWS + filled) * 4, packed + (p + 1) * ROWS * 4);
    arena.gram(panels, ROWS, packed, sum);
    filled = 0;
  };
  return {
    add(rows, count) {
      for (let s = 0; s < count; s++) {
        for (let p = 0; p < P; p++) f64[packed + ((p >> 2) * ROWS + filled) * 4 + (p & 3)] = rows[s * P + p];
        if (++filled === ROWS) flush();
      }
    },
    finish() {
      flush();
      const result = tensor([P, P]);
      const width = 4 * panels;
      for (let i = 0; i < P; i++) {
        for (let j = 0; j <= i; j++) result.data[i * P + j] = result.data[j * P + i] = f64[sum + i * width + j];
      }
      return result;
    },
  };
}
