// The networks of the study of recipes that were audited by removing ten points from each: there
// the truth is known (`audit` of data/studies/dawid2021-recipes.json).
import { core, papers } from "phaselens";
import { chosenState, set } from "../dawid2021/trained.mjs";
import { studied } from "../dawid2021/studied.mjs";

/** λ beyond |E₀|, as the audits of that study have it. */
export const MARGIN = 0.2;

/** The audited networks, first seeds first. */
export function auditedNetworks() {
  const items = studied();
  return papers.dawid2021
    .recipeStudy()
    .networks.filter(({ audit }) => audit !== undefined)
    .map(({ recipe, sites, seed, audit }) => ({
      name: "Fermi-Hubbard",
      kind: `Fermi-Hubbard, ${recipe}`,
      state: "early-stopped",
      seed,
      margin: MARGIN,
      audit,
      item: items.find(
        (one) => one.recipeName === recipe && one.sites === sites && one.seed === seed,
      ),
    }))
    .sort((a, b) => a.seed - b.seed);
}

/** The authors' network, where its files are at hand: no task without them. */
export const publishedNetworks = () =>
  papers.dawid2021.published() === undefined
    ? []
    : [
        {
          name: "published",
          kind: "Fermi-Hubbard, published",
          state: "early-stopped",
          seed: 1,
          margin: MARGIN,
          published: true,
        },
      ];

const withData = (network, theta, options, sites = 12) => {
  const [training, test] = ["training", "even"].map((name) => set(sites, name));
  return { network, theta, training, test, options };
};

export const publishedNetwork = () => {
  const { network, theta } = papers.dawid2021.published();
  return withData(network, theta, papers.dawid2021.recipes.ours.risk);
};

/** An audited network with its data; `folder` is that of the study of recipes. */
export async function auditedNetwork({ recipe, sites, ...item }, folder) {
  const { theta } = await chosenState({ recipe, sites, ...item }, folder);
  return withData(recipe.network(), theta, recipe.risk, sites);
}

/** What their audit drew its ten points from. */
export const auditStream = () => core.makeRng(1, "audit");
