// Stands for node:crypto in the page's worker.
import { Sha256 } from "./sha256.js";

export const createHash = (): Sha256 => new Sha256();
export const randomUUID = (): string => crypto.randomUUID();
