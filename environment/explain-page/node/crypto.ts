// Stands for node:crypto in the page's worker.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

interface Hash {
  update(content: Uint8Array | string): Hash;
  digest(coding: "hex"): string;
}

/** SHA-256, whatever is asked for: the library asks for no other. */
export function createHash(): Hash {
  const hash = sha256.create();
  const own: Hash = {
    update(content) {
      hash.update(typeof content === "string" ? new TextEncoder().encode(content) : content);
      return own;
    },
    digest: () => bytesToHex(hash.digest()),
  };
  return own;
}
export const randomUUID = (): string => crypto.randomUUID();
