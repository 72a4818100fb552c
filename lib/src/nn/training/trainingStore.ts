import { readCheckpointFile, writeCheckpointFile } from "../../core/cache/checkpointFile.js";
import { checkpointEvery, type Identity } from "../../core/cache/checkpoints.js";
import { fingerprint } from "../../core/cache/fingerprint.js";
import type { Samples } from "../losses/risk.js";
import { heldOf } from "../layers/held.js";
import type { Network } from "../network/network.js";
import type { SampleSource } from "../network/sampleSource.js";
import { constantSchedule, type Optimiser } from "./optimiser.js";
import { storeTrainingsWith, type SavedTraining } from "./savedTraining.js";
import type { TrainOptions } from "./trainOptions.js";

storeTrainingsWith((network, samples, options, optimiser) => {
  const { path } = options.checkpoint!;
  const every = checkpointEvery(options.checkpoint!, "train");
  const identity = identityOf(network, samples, options, optimiser);
  return {
    every,
    read: () => readCheckpointFile(path, identity, "train") as SavedTraining | undefined,
    write: (saved) => writeCheckpointFile(path, identity, saved),
  };
});

/** All that decides θ. Functions stand as what they return. */
function identityOf(
  network: Network,
  samples: Samples | SampleSource,
  options: TrainOptions,
  optimiser: Optimiser,
): Identity {
  const { epochs, steps, batchSize, stopAt, checkEvery, clip, biases, keep, l2 } = options;
  const { rng, theta, validation, augment, precision, backend, loss, l1, stuck } = options;
  const { schedule = constantSchedule } = options;
  const inMemory = "readInput" in samples ? undefined : samples;
  const held = network.nodes.flatMap(({ layer }) => heldOf(layer)?.values ?? []);
  return {
    ...(held.length > 0 && { held: held.map(fingerprint) }),
    network: `${network.name}: ${network.nodes.map(({ layer }) => layer.name).join(", ")}`,
    parameters: network.parameterCount,
    optimiser: `${optimiser.name} ${JSON.stringify(optimiser.rule ?? null)}`,
    schedule: [0, 0.2, 0.4, 0.6, 0.8, 1].map(schedule),
    loss: loss.name,
    ...{ epochs, steps, batchSize, stopAt, checkEvery, clip, biases, keep, l2, precision, stuck },
    l1: l1 instanceof Float64Array ? fingerprint(l1) : l1,
    backend: backend?.name,
    augment: augment?.name,
    random: rng.fork("identity of the stream").uniform(),
    theta: theta && fingerprint(theta),
    samples: inMemory ? namesOf(inMemory) : sourceNames(samples as SampleSource),
    validation: validation && namesOf(validation),
  };
}

const sourceNames = ({ count, weights }: SampleSource): unknown =>
  weights ? [count, `weights ${fingerprint(Float64Array.from(weights))}`] : count;

const namesOf = ({ x, target, weights }: Samples): readonly string[] => [
  `${x.shape.join("×")} ${fingerprint(x.data)}`,
  `${target.shape.join("×")} ${fingerprint(target.data)}`,
  ...(weights ? [`weights ${fingerprint(Float64Array.from(weights))}`] : []),
];
