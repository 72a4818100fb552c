import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type ParticleJets, type ParticleJetsColumn, type Particles } from "phaselens/physics";
import { particleJetsColumns } from "phaselens/internal/physics/jets/particleJets";

export const names: ParticleJetsColumn[] = Object.keys(particleJetsColumns) as ParticleJetsColumn[];
export type Columns = Record<ParticleJetsColumn, number[]>;

const arrays = { uint8: Uint8Array, uint16: Uint16Array, int16: Int16Array, float32: Float32Array };
export const steps = {
  pt: 1.25e-4,
  ptOffset: Math.log(0.7),
  angle: 4e-5,
  masses: [0.00051099895, 0.1056583755, 0.13957039, 0.493677, 0.93827209],
};

/** A file of jets as parts that a test can spoil before it is packed. */
export function packed(
  columns: Columns,
  sets: ParticleJets["sets"],
  own: object = {},
): { json: string; bytes: Buffer } {
  const data = Buffer.concat(
    names.map((name) => {
      const { buffer, byteOffset, byteLength } = arrays[particleJetsColumns[name][2]].from(
        columns[name],
      );
      return Buffer.from(buffer, byteOffset, byteLength);
    }),
  );
  const about = {
    format: "phaselens-particle-jets",
    version: 1,
    sets,
    steps,
    provenance: { seed: 0 },
    columns: names.map((name) => ({
      name,
      type: particleJetsColumns[name][2],
      length: columns[name].length,
    })),
    sha256: createHash("sha256").update(data).digest("hex"),
    ...own,
  };
  return { json: JSON.stringify(about), bytes: gzipSync(data) };
}

/** The jets of a file as columns that can be changed. */
export const columnsOf = (jets: ParticleJets): Columns =>
  Object.fromEntries(names.map((name) => [name, Array.from(jets[name])])) as Columns;

/**
 * Columns of one jet from a store, by the rules of the file: a second writer beside the one in
 * Python.
 */
export function columnsOfStore(particles: Particles, eta: number): Columns {
  const out = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Columns;
  const rest = new Float64Array(12);
  const add = (subjet: number, sign: number, four: readonly number[]): void =>
    four.forEach((value, i) => (rest[4 * subjet + i] += sign * value));
  const jetEta = Math.fround(eta);
  for (let k = 0; k < particles.count; k++) {
    if (particles.visible[k] === 0) continue;
    const [energy, px, py, pz, subjet] = [
      particles.energy[k],
      particles.px[k],
      particles.py[k],
      particles.pz[k],
      particles.subjet[k],
    ];
    add(subjet, 1, [energy, px, py, pz]);
    const pt = Math.hypot(px, py);
    const mass = Math.sqrt(Math.max(0, energy ** 2 - pt ** 2 - pz ** 2));
    const code = steps.masses.findIndex((one) => Math.abs(one - mass) < 1e-3 * one + 1e-4);
    if (particles.charged[k] === 0 || pt < 0.75 || code < 0) continue;
    const [a, b, c] = [
      Math.log(pt / 0.7) / steps.pt,
      (Math.asinh(pz / pt) - jetEta) / steps.angle,
      Math.atan2(py, px) / steps.angle,
    ].map(Math.round);
    const [ptOut, etaOut, phiOut] = [
      0.7 * Math.exp(a * steps.pt),
      jetEta + b * steps.angle,
      c * steps.angle,
    ];
    const pzOut = ptOut * Math.sinh(etaOut);
    add(subjet, -1, [
      Math.hypot(ptOut, pzOut, steps.masses[code]),
      ptOut * Math.cos(phiOut),
      ptOut * Math.sin(phiOut),
      pzOut,
    ]);
    out.pt.push(a);
    out.etaFromJet.push(b);
    out.phi.push(c);
    out.kind.push(code + 8 * subjet);
    out.decay.push(particles.vertex[k]);
  }
  for (let v = 1; v < particles.vertices; v++) {
    out.decayOrigin.push(particles.origin[v]);
    out.decayParent.push(particles.parent[v]);
    out.decayHadron.push(0);
    out.decayPoint.push(particles.vx[v], particles.vy[v], particles.vz[v]);
    out.decayBoost.push(1);
  }
  out.rest = Array.from(rest);
  for (const name of ["signal", "flavour", "gluonToBottom", "gluonToCharm"] as const)
    out[name] = [0];
  out.bottomHadrons = [particles.bottomHadrons];
  out.charmHadrons = [particles.charmHadrons];
  out.particles = [out.pt.length];
  out.decays = [particles.vertices - 1];
  out.eta = [jetEta];
  return out;
}
