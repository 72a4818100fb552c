import { takes } from "../../core/arguments/takes.js";
import { count, record } from "../../core/arguments/kinds.js";
import { someSeeds } from "../shared/arguments.js";
import { oneOf } from "../../core/oneOf.js";
import { jets as readJets } from "./jets.js";
import type { Jets } from "../../interop/jets/jets.js";
import { pythiaData } from "./pythiaData.js";
import * as recipes from "./recipes.js";
import { taggedJets, type TaggedJets } from "./taggedJets.js";
import { trainedTaggers, type TaggerRecipeName, type TrainedTaggers } from "./trainedTaggers.js";

/** Options of `taggersOfBothSamples`. */
export interface BothSamplesOptions {
  /** Jets of the first sample, simulated or from files (`neubauer2022.jets`). */
  readonly jets: { readonly training: number; readonly test: number };
  /** Jets of Pythia, and the seeds of the networks trained on them. */
  readonly pythia: {
    readonly training: number;
    readonly test: number;
    readonly seeds: readonly number[];
  };
  readonly seeds: readonly number[];
  readonly widths: { readonly hidden: number; readonly edge: number; readonly object: number };
  readonly recipe: TaggerRecipeName;
}

/** Jets and the networks trained on them. */
export interface TaggedSample extends TrainedTaggers {
  /** "simulated here", "from files" or "Pythia", as figures call it. */
  readonly name: string;
  readonly training: TaggedJets<Jets>;
  readonly test: TaggedJets<Jets>;
}

/** The first sample and Pythia's. */
export interface BothSamples {
  readonly ours: TaggedSample;
  readonly pythia: TaggedSample;
  /** What a claim with bounds of the simulation is: of jets from files it is reported. */
  readonly bounded: "physics" | "reported";
}

/**
 * Interaction networks for both samples of the notebooks of Neubauer & Roy 2022, each with features
 * standardised by the training jets of its own; the notebooks share jets and networks by the cache.
 */
export async function taggersOfBothSamples(options: BothSamplesOptions): Promise<BothSamples> {
  const [least, width] = [count(1), count(1, 2 ** 16)];
  takes("taggersOfBothSamples", {
    options: [
      options,
      record({
        jets: record({ training: least, test: least }, "{ training, test }"),
        pythia: record(
          { training: least, test: least, seeds: someSeeds },
          "{ training, test, seeds }",
        ),
        seeds: someSeeds,
        widths: record({ hidden: width, edge: width, object: width }, "{ hidden, edge, object }"),
      }),
    ],
  });
  const { jets, pythia, seeds, widths, recipe } = options;
  oneOf(recipe, Object.keys(recipes) as TaggerRecipeName[], "taggersOfBothSamples: recipe");
  const sample = async (
    name: string,
    training: Jets,
    test: Jets,
    own: readonly number[],
  ): Promise<TaggedSample> => {
    const read = taggedJets({ training, test });
    return {
      name,
      ...read,
      ...(await trainedTaggers(read.training, { ...widths, seeds: own, recipe })),
    };
  };
  const [training, test, pythiaTraining, pythiaTest] = await Promise.all([
    readJets({ set: "training", jets: jets.training }),
    readJets({ set: "test", jets: jets.test }),
    pythiaData({ set: "training", jets: pythia.training }),
    pythiaData({ set: "test", jets: pythia.test }),
  ]);
  const simulated = training.truth !== undefined;
  return {
    ours: await sample(simulated ? "simulated here" : "from files", training, test, seeds),
    pythia: await sample("Pythia", pythiaTraining, pythiaTest, pythia.seeds),
    bounded: simulated ? "physics" : "reported",
  };
}
