// Ground states of the extended Fermi–Hubbard chain, and its order parameter.
export { halfFilledBasis, type FockBasis } from "./fock.js";
export {
  hubbardChain,
  hubbardGroundState,
  type HubbardBasis,
  type HubbardChainOptions,
  type HubbardGroundState,
  type HubbardChain,
} from "./hubbard.js";
export type { Orbits } from "./orbits.js";
export { siteDensities, cdwOrderParameter } from "./orderParameter.js";
