/** A way to take predictions of trees apart, as a report names it. */
export interface TreeMethod {
  readonly name: "shapley" | "saabas";
  readonly words: string;
  readonly equation: string;
  readonly reference: string;
}

const equation = "φ_i = Σ_S |S|! (M − |S| − 1)! / M! [v(S ∪ i) − v(S)],  S without i";

const shapley = { name: "shapley", equation } as const;

/** The methods of `--method` for trees. */
export const treeMethods = ["shapley", "saabas"] as const;

/** @param background  whether features that are not known have the values of a background */
export function treeMethod(name: TreeMethod["name"], background: boolean): TreeMethod {
  if (name === "saabas")
    return {
      name,
      words: "contributions of Saabas",
      equation: "φ_i = Σ_nodes that ask for i (mean of the child taken − mean of the node)",
      reference:
        "Saabas 2014 (treeinterpreter). On the way from root to leaf each step changes the mean over the training samples; a feature that is asked nearer to the leaves is given more than its Shapley value.",
    };
  return background
    ? {
        ...shapley,
        words: "interventional Shapley values",
        reference:
          "Lundberg et al. 2020. v(S) is the mean prediction over the background, with the features of S as the point has them.",
      }
    : {
        ...shapley,
        words: "path-dependent Shapley values",
        reference:
          "Lundberg et al. 2018. v(S) weighs branches by the training samples that took them, except where a feature of S decides.",
      };
}
