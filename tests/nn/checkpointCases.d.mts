import type { Samples, TrainOptions } from "phaselens/nn";
import type { Network } from "phaselens/nn";

export const samples: Samples;
export const variants: Record<string, object>;
export function options(name: string): TrainOptions & { network: Network };
