// The networks of the study of recipes: trained once, each in a file of its own.
import { join } from "node:path";
import { core, nn, papers } from "phaselens";
import { kept } from "../study.mjs";

const data = {};
/** A set of states of a chain, made once. */
export const set = (sites, name) =>
  (data[`${sites} ${name}`] ??= papers.dawid2021.data({ sites, set: name }));

/** Trains one network, unless its file is there. */
const trained = ({ trainedFile, recipe, sites, seed }, folder) =>
  kept(join(folder, "networks", trainedFile), () => {
    const network = recipe.trainedNetwork();
    const started = process.cpuUsage();
    const validation = recipe.options.keep ? set(sites, "validation") : undefined;
    const rng = core.makeRng(seed, network.name);
    const options = { ...recipe.options, validation, rng };
    const { theta, kept, history, checkpoint } = nn.train(network, set(sites, "training"), options);
    const seconds = Math.round(process.cpuUsage(started).user / 1e5) / 10;
    const epochs = kept?.epoch ?? history.length;
    const last = kept ? { last: [...checkpoint.theta] } : {};
    return { sites, seed, seconds, epochs, theta: [...theta], ...last };
  });

/** Parameters of one network that its verdicts are about, and the epochs they took. */
export async function chosenState(item, folder) {
  const { theta, last, seconds, epochs } = await trained(item, folder);
  return item.state === "last"
    ? { theta: Float64Array.from(last), seconds, epochs: item.recipe.options.epochs }
    : { theta: Float64Array.from(theta), seconds, epochs };
}
