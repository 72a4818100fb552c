// Configurations: those that the notebooks train on, and further ones that only judge.
import { core, generate, physics } from "phaselens";
import { measured } from "./operators.mjs";

/** The same couplings and sampler, chains of their own. */
const JUDGED = 50;

/** What judges: no network, no selection and no fit has seen it. */
function evaluationManifest() {
  const quick = generate.projectManifest("bluecher2020-quick");
  return {
    ...quick,
    name: "bluecher2020-formula",
    description: `${JUDGED} configurations of each coupling, from chains of their own.`,
    seed: 2021,
    sets: { evaluation: { configurations: JUDGED } },
  };
}

/**
 * A set as a list of fields with their κ, rising, and all operators of `measured`.
 * @param {import("phaselens").generate.GeneratedFolder} folder
 */
async function setOf(folder, name) {
  const fields = [];
  const kappa = [];
  for (const coupling of folder.couplings) {
    const ensemble = folder.ensemble(name, coupling).fields;
    for (let n = 0; n < ensemble.shape[0]; n++) {
      fields.push(core.row(ensemble, n));
      kappa.push(coupling);
    }
  }
  const [extent] = folder.manifest.lattice;
  const params = { manifest: folder.manifest, set: name };
  const operators = await core.cached({ function: "lattice operators", version: 1, params }, () =>
    measured(fields, physics.lattice(folder.manifest.lattice)),
  );
  return { fields, kappa: Float64Array.from(kappa), extent, operators };
}

/** Training, and what judges. */
export async function ensembles() {
  const shared = generate.projectManifest("bluecher2020-quick");
  return {
    training: await setOf(await generate.cachedEnsembles(shared), "training"),
    evaluation: await setOf(await generate.cachedEnsembles(evaluationManifest()), "evaluation"),
  };
}
