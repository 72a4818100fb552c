// Ground states along V₂ at fixed V₁, and where the phase that training has not seen begins.
import { core, physics } from "phaselens";

/** Σ_j w_j (n_j − ½) of each basis state, squared and divided by L: S(k) before the mean. */
function squares({ sites, states }, k) {
  return Float64Array.from(states, (state) => {
    let [re, im] = [0, 0];
    for (let j = 0; j < sites; j++) {
      const density = ((state >> (sites - 1 - j)) & 1) - 0.5;
      re += density * Math.cos(k * j);
      im += density * Math.sin(k * j);
    }
    return (re * re + im * im) / sites;
  });
}

/** Σ_j (−1)^j (b†_j b_{j+1} + h.c.) applied to a state. */
function staggeredBonds({ sites, states, indexOf }, state) {
  const image = new Float64Array(state.length);
  states.forEach((from, k) => {
    for (let j = 0; j < sites; j++) {
      const [here, there] = [1 << (sites - 1 - j), 1 << (sites - 1 - ((j + 1) % sites))];
      if (Boolean(from & here) === Boolean(from & there)) continue;
      image[indexOf(from ^ here ^ there)] += (j % 2 === 0 ? 1 : -1) * state[k];
    }
  });
  return image;
}

/**
 * Orders of a state, each 1 where it is perfect: 4 S(π)/L of 1010 (CDW-I), 8 S(π/2)/L of 1100
 * (CDW-II), with S(k) = Σ_jl e^{ik(j−l)} ⟨(n_j − ½)(n_l − ½)⟩ / L; and of bonds (BO),
 * 4 Σ_jl (−1)^{j−l} ⟨B_j B_l⟩ / L², B_j = b†_j b_{j+1} + h.c., which is 1 + 1/L where every second
 * bond holds a particle and 4/L in a single configuration.
 */
export function ordersOf(fock) {
  const [single, double] = [squares(fock, Math.PI), squares(fock, Math.PI / 2)];
  const meanOf = (values, state) => state.reduce((sum, a, k) => sum + a * a * values[k], 0);
  return (state) => {
    const bonds = staggeredBonds(fock, state);
    return {
      single: (4 * meanOf(single, state)) / fock.sites,
      double: (8 * meanOf(double, state)) / fock.sites,
      bonds: (4 * core.dot(bonds, bonds)) / fock.sites ** 2,
    };
  };
}

/** Ground states of a chain at one V₁ and many V₂, with their orders. */
export function scan({ sites, interaction, secondInteractions }) {
  const orders = ordersOf(physics.halfFilledBasis(sites));
  return secondInteractions.map((secondInteraction) => {
    const chain = physics.hubbardChain({ sites, secondInteraction });
    const { state, energy } = chain.groundState(interaction);
    return { secondInteraction, state, energy, ...orders(state) };
  });
}
