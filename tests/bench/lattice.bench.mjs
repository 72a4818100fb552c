// Forces, Dirac operator and Gaussian numbers of the lattice ensembles, 16³ as in Blücher et al.
// 2020, beside C++.
import { makeRng } from "phaselens/core";
import { lattice, yukawaAction } from "phaselens/physics";
import { inputFolder, writePeerInputs } from "./peerInputs.mjs";
import { diracOperator } from "phaselens/internal/physics/fermions/diracOperator";
import { fillNormal } from "phaselens/internal/physics/sampling/normals";

const cube = lattice([16, 16, 16]);
const parameters = {
  hoppingParameter: 0.1,
  quarticCoupling: 1.1,
  fermionMass: 20,
  yukawaCoupling: 0.25,
};
const cxx = "C++, g++ -O3 -march=native";

/**
 * Normal field of width .8 and pseudofermions χ = Dᵀη, those which `refresh` draws from the same
 * stream.
 */
function inputs() {
  const field = new Float64Array(cube.sites);
  fillNormal(makeRng(1, "field"), field);
  for (let n = 0; n < field.length; n++) field[n] *= 0.8;
  const operator = diracOperator(cube, field, parameters);
  const rng = makeRng(1, "pseudofermions");
  const [chi0, chi1] = [0, 1].map(() => {
    const eta = new Float64Array(cube.sites);
    fillNormal(rng, eta);
    return operator.applyTransposed(eta);
  });
  return { field, operator, chi0, chi1 };
}

/**
 * @param {string} id
 * @param {string} title
 * @param {string} target
 * @param {"hopping" | "dirac" | "pseudofermion"} what
 * @param {number} often  times in one repetition
 */
function row(id, title, target, what, often) {
  const { hoppingParameter, quarticCoupling, fermionMass, yukawaCoupling } = parameters;
  return {
    id,
    title: `${title}, 16³, ${often} times`,
    headline: `${title}, 16³, ${often} times`,
    target,
    repetitions: 41,
    prepare() {
      const { field, operator, chi0, chi1 } = inputs();
      const result = new Float64Array(cube.sites);
      let once = () => void operator.apply(chi0, result);
      if (what !== "dirac") {
        const action = yukawaAction(cube, parameters, { fermions: what });
        action.refresh?.(field, makeRng(1, "pseudofermions"));
        once = () => action.force(field, result);
      }
      once();
      writePeerInputs(id, { field, chi0, chi1, expected: result });
      return once;
    },
    ours(once) {
      for (let i = 0; i < often; i++) once();
    },
    peer: {
      label: cxx,
      source: "tests/bench/peers/lattice.cpp",
      args: [
        inputFolder(id),
        what,
        often,
        hoppingParameter,
        quarticCoupling,
        fermionMass,
        yukawaCoupling,
      ].map(String),
    },
  };
}

export const rows = [
  row(
    "force-hopping-16",
    "force with second-order determinant",
    "ratio ≥ 0.59 (1.7 × C++)",
    "hopping",
    1000,
  ),
  row(
    "force-pseudofermion-16",
    "force with two pseudofermions",
    "ratio ≥ 0.5 (2 × C++)",
    "pseudofermion",
    50,
  ),
  row("dirac-16", "staggered Dirac operator on a vector", "ratio ≥ 0.5 (2 × C++)", "dirac", 2000),
  {
    id: "normals-million",
    title: "a million Gaussian numbers",
    target: "8 ms",
    repetitions: 21,
    prepare: async () => ({ rng: makeRng(1, "normals"), out: new Float64Array(4096) }),
    ours({ rng, out }) {
      for (let i = 0; i < 244; i++) fillNormal(rng, out);
    },
  },
];
