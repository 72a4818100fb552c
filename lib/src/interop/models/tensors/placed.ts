import { ConfigError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import { size, type Shape, type Tensor } from "../../../core/tensor.js";
import type { ParameterBlock } from "../../../nn/network/network.js";
import { isStatistic } from "./batchStatistics.js";

type Tensors = Readonly<Record<string, Tensor>>;
type Named = ParameterBlock & { readonly name: string };

/**
 * A tensor for each block: those of `names`, or all in their order.
 * @throws ConfigError for everything that does not fit, at once
 */
export function placed(
  blocks: readonly ParameterBlock[],
  tensors: Tensors,
  names: readonly string[] | undefined,
): Named[] {
  const chosen = names ?? Object.keys(tensors).filter((name) => !isStatistic(name));
  const there = (name: string): boolean => Object.hasOwn(tensors, name);
  const fits = (b: number, t: number): boolean =>
    !there(chosen[t]) ||
    (isSame(tensors[chosen[t]].shape, blocks[b].shape) &&
      (names !== undefined || hasRole(chosen[t], blocks[b])));
  const pairs =
    chosen.length === blocks.length
      ? blocks.map((_, k): Pair => [k, k])
      : aligned(blocks.length, chosen.length, (b, t) => fits(b, t));
  const facts = [
    fact(
      "there is no tensor",
      [...new Set(chosen.filter((name) => !there(name)))].map((own) => quoted(own)),
    ),
    fact(
      "of another shape or role are",
      pairs
        .filter(([b, t]) => !fits(b, t))
        .map(([b, t]) => `${shown(chosen[t], tensors)} for ${wanted(blocks[b])}`),
    ),
    fact(
      "without a tensor are",
      missing(blocks.length, pairs, 0).map((b) => wanted(blocks[b])),
    ),
    fact(
      "nothing asks for",
      missing(chosen.length, pairs, 1).map((t) => shown(chosen[t], tensors)),
    ),
  ].filter((own) => own !== "");
  if (facts.length === 0) return blocks.map((block, k) => ({ ...block, name: chosen[k] }));
  const cure =
    "Give names, one for each block in the order of nn.parameterBlocks; of a checkpoint of a " +
    'training read the state dictionary alone, readTensors(path, { inside: "state_dict" })';
  throw new ConfigError(
    `loadParameters: ${chosen.length} tensors for ${blocks.length} blocks of parameters; ` +
      `${facts.join("; ")}. ${cure}.`,
    { tensors: chosen.length, blocks: blocks.length },
  );
}

/** How many of a list an error shows. */
const SHOWN = 20;

function fact(words: string, all: readonly string[]): string {
  if (all.length === 0) return "";
  const more = all.length > SHOWN ? `, and ${all.length - SHOWN} more` : "";
  return `${words} ${all.slice(0, SHOWN).join(", ")}${more}`;
}

const shown = (name: string, tensors: Tensors): string =>
  Object.hasOwn(tensors, name) ? `${quoted(name)} [${tensors[name].shape}]` : quoted(name);
const wanted = ({ role, layer, node, shape }: ParameterBlock): string =>
  `the ${role} of ${layer} (node ${node}) [${shape}]`;

type Pair = readonly [block: number, tensor: number];

const missing = (count: number, pairs: readonly Pair[], side: 0 | 1): number[] => {
  const found = new Set(pairs.map((pair) => pair[side]));
  return [...Array(count).keys()].filter((k) => !found.has(k));
};

/** A name that ends in the role of the other kind is none of this block. */
const hasRole = (name: string, { role }: ParameterBlock): boolean =>
  !name.endsWith(role === "weight" ? "bias" : "weight");

/** Up to axes of extent 1 behind out and in, which kernels of one entry have. */
function isSame(found: Shape, own: Shape): boolean {
  const core = (shape: Shape): string =>
    [...shape.slice(0, 2), ...shape.slice(2).filter((extent) => extent !== 1)].join();
  return size(found) === size(own) && core(found) === core(own);
}

/** Blocks and tensors beyond which the longest common part is not looked for. */
const MOST_PAIRS = 2 ** 22;

/**
 * Pairs of one shape in order, as many as there are (the longest common subsequence), to say which
 * are too many or missing.
 */
function aligned(
  blocks: number,
  tensors: number,
  fits: (block: number, tensor: number) => boolean,
): Pair[] {
  const width = tensors + 1;
  if (width * (blocks + 1) > MOST_PAIRS) return [];
  const longest = new Int32Array((blocks + 1) * width);
  for (let b = blocks - 1; b >= 0; b--) {
    for (let t = tensors - 1; t >= 0; t--) {
      const at = b * width + t;
      longest[at] = fits(b, t)
        ? longest[at + width + 1] + 1
        : Math.max(longest[at + 1], longest[at + width]);
    }
  }
  const pairs: Pair[] = [];
  for (let b = 0, t = 0; b < blocks && t < tensors;) {
    const at = b * width + t;
    if (fits(b, t)) pairs.push([b++, t++]);
    else if (longest[at + 1] >= longest[at + width]) t++;
    else b++;
  }
  return pairs;
}
