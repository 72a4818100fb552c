import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { planPieces, readManifest } from "phaselens/generate";
import { describe, expect, it } from "vitest";
import { tinyManifest, tinyWith } from "./manifests.js";
import { parseManifest } from "phaselens/internal/generate/manifest";
import { MANIFEST_VERSION } from "phaselens/internal/generate/manifestFields";
import { findPiece, piecesOfShard, trajectoriesOf } from "phaselens/internal/generate/pieces";

const data = fileURLToPath(new URL("../../data/", import.meta.url));
const refusal = (value: unknown): string => {
  try {
    planPieces(parseManifest(value, "m.json"), "m.json");
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the manifest was accepted");
};

describe("a manifest", () => {
  it.each(readdirSync(data).filter((name) => /^bluecher2020.*\.json$/.test(name)))(
    "data/%s is sound and names itself as its file does",
    (name) => {
      const manifest = readManifest(data + name);
      expect(`${manifest.name}.json`).toBe(name);
      const pieces = planPieces(manifest);
      expect(pieces.length).toBe(280);
      const [first, last] = [pieces[0], pieces[139]].map(
        ({ spec }) => spec.parameters.hoppingParameter,
      );
      expect([first, last]).toEqual([-0.35, 0.345]);
      expect(
        pieces.every(
          ({ spec }) => spec.fermions === "hopping" && String(spec.shape) === "16,16,16",
        ),
      ).toBe(true);
    },
  );

  it("of the paper has Table I's 200 + 100 configurations at every κ, three trajectories apart, and more of them near −.19", () => {
    const pieces = planPieces(readManifest(`${data}bluecher2020-paper.json`));
    const at = (set: string, kappa: number) => findPiece(pieces, set, kappa).spec;
    expect([
      at("training", 0.1).configurations,
      at("test", 0.1).configurations,
      at("training", 0.1).stride,
    ]).toEqual([200, 100, 3]);
    expect(
      pieces.every(({ spec }) => spec.configurations === (spec.set === "training" ? 200 : 100)),
    ).toBe(true);
    expect(at("training", -0.19).stride).toBeGreaterThanOrEqual(10);
    const { parameters } = at("test", 0);
    expect(parameters).toEqual({
      hoppingParameter: 0,
      quarticCoupling: 1.1,
      fermionMass: 20,
      yukawaCoupling: 0.25,
    });
  });

  it("becomes one piece for each set and κ, with names that sort by κ", () => {
    const pieces = planPieces(tinyManifest);
    expect(pieces.map(({ stem }) => stem)).toEqual([
      "training/0_kappa-0.1",
      "training/1_kappa0",
      "training/2_kappa0.1",
      "test/0_kappa-0.1",
      "test/1_kappa0",
      "test/2_kappa0.1",
    ]);
    expect(Object.is(pieces[1].spec.parameters.hoppingParameter, 0)).toBe(true); // not −0
    expect(pieces[2].spec).toMatchObject({
      set: "training",
      seed: 7,
      configurations: 6,
      stride: 1,
      fermions: "hopping",
    });
    expect(trajectoriesOf(pieces[0])).toBe(2 * 10 + 6);
  });

  it("takes exceptions for a range of κ, the later over the earlier, and nothing else from them", () => {
    const exceptions = [
      { from: -0.1, to: 0, stride: 5, because: "slow" },
      { from: 0, to: 0, stride: 9, configurations: 50, because: "slower" },
    ];
    const specs = planPieces(parseManifest(tinyWith({ exceptions }), "m")).map(({ spec }) => spec);
    expect(specs.slice(0, 3).map(({ stride }) => stride)).toEqual([5, 9, 1]);
    expect(specs.slice(0, 3).map(({ configurations }) => configurations)).toEqual([6, 50, 6]);
    expect(Object.keys(specs[0])).not.toContain("because");
  });

  const planned = (fields: Record<string, unknown>) =>
    planPieces(parseManifest(tinyWith(fields), "m"));

  it("hands exact fermions and the solver on to every spec, and nothing where it has none", () => {
    const clusters = { ...tinyManifest.sampling, algorithm: "cluster", clusters: 0 };
    const light = { fermions: "exact", fermionMass: 0.5, yukawaCoupling: 0.8 };
    const [exact] = planned({ ...light, sampling: clusters });
    expect(exact.spec).toMatchObject({ fermions: "exact", algorithm: "cluster", clusters: 0 });
    const sampling = { ...tinyManifest.sampling, solver: { maxIterations: 9000 } };
    const [solved] = planned({ fermions: "pseudofermion", sampling });
    expect(solved.spec.solver).toEqual({ maxIterations: 9000 });
    expect(Object.keys(planPieces(tinyManifest)[0].spec)).not.toContain("solver");
  });

  it("is refused where no field can be weighed as it says, before anything is sampled", () => {
    const free = { yukawaCoupling: 0, fermionMass: 1.6 };
    expect(refusal(tinyWith(free))).toMatch(/^m\.json: hopping expansion: .* above √3 = 1\.73/);
    expect(refusal(tinyWith(free))).toContain('Use fermions: "quenched"');
    expect(() => planned({ ...free, lattice: [6, 6, 6] })).not.toThrow(); // ‖K‖ = 1.5
    const exact = tinyWith({ fermions: "exact" });
    expect(refusal(exact)).toContain('"hmc" cannot cross the zeros of the exact determinant');
    const { sampling } = tinyManifest;
    const clusters = { ...sampling, algorithm: "cluster" };
    const large = tinyWith({ fermions: "exact", sampling: clusters, lattice: [16, 16, 16] });
    expect(refusal(large)).toContain("at most 1024 are allowed");
    const solver = { maxIterations: 5 };
    expect(refusal(tinyWith({ sampling: { ...sampling, solver } }))).toContain("solver belongs to");
    const misspelt = { ...sampling, solver: { limit: 5 } };
    const manifest = tinyWith({ fermions: "pseudofermion", sampling: misspelt });
    expect(refusal(manifest)).toContain('sampling.solver: unknown field "limit"');
  });

  it("splits into shards that are disjoint and together everything", () => {
    const pieces = planPieces(tinyManifest);
    for (const count of [1, 4, 6, 9]) {
      const parts = Array.from({ length: count }, (_, i) =>
        piecesOfShard(pieces, { index: i + 1, count }),
      );
      expect(
        parts
          .flat()
          .map(({ stem }) => stem)
          .sort(),
      ).toEqual(pieces.map(({ stem }) => stem).sort());
    }
    expect(() => piecesOfShard(pieces, { index: 0, count: 4 })).toThrow(
      "shard 0/4 does not exist; shards are counted from 1/4 to 4/4",
    );
  });

  it("made for a newer phaselens is refused as such, whatever else it contains", () => {
    const { version } = JSON.parse(
      readFileSync(new URL("../../lib/package.json", import.meta.url), "utf8"),
    ) as { version: string };
    expect(refusal({ version: 2, flavours: "many" })).toBe(
      `m.json: was made for a newer phaselens: it has version 2, phaselens ${version} reads version 1. Update phaselens.`,
    );
    expect(MANIFEST_VERSION).toBe(1);
  });

  it.each([
    ["a negative λ", { quarticCoupling: -0.5 }, /^m.json: quarticCoupling is -0.5;/],
    [
      "an odd extent with fermions",
      { lattice: [4, 5, 4] },
      /^m.json: .*the extent 5 of \[4,5,4\] is odd/,
    ],
    [
      "an unbounded free theory",
      { quarticCoupling: 0, hoppingParameters: [0.2] },
      /^m.json: hoppingParameter is 0.2 with quarticCoupling 0/,
    ],
    [
      "cluster updates of pseudofermions",
      { fermions: "pseudofermion", sampling: { ...tinyManifest.sampling, algorithm: "cluster" } },
      /cannot weigh pseudofermions/,
    ],
    [
      "an exception outside the grid",
      { exceptions: [{ from: 0.3, to: 0.4, stride: 2, because: "x" }] },
      /from 0.3 to 0.4 holds for no κ of the grid, which goes from -0.1 to 0.1/,
    ],
    ["a κ twice", { hoppingParameters: [0.1, 0.1] }, /holds a value twice/],
    ["no sets", { sets: {} }, /sets is empty/],
    [
      "a wrong kind of number",
      { seed: 1.5 },
      /^m.json: seed must be a whole number of magnitude below 2\^53, got 1.5\./,
    ],
    [
      "a missing field",
      { fermions: undefined },
      /^m.json: fermions must be one of "pseudofermion", .*"exact", "quenched", it is missing\./,
    ],
    ["a misspelt field", { latice: [4, 4] }, /^m.json: unknown field "latice"\./],
    [
      "a misspelt field inside",
      { sampling: { ...tinyManifest.sampling, strid: 2 } },
      /^m.json: sampling: unknown field "strid"\./,
    ],
    [
      "a stride of nothing",
      { sampling: { ...tinyManifest.sampling, stride: 0 } },
      /^m.json: sampling.stride must be a whole number of at least 1, got 0\./,
    ],
    [
      "a grid of half a point",
      { hoppingParameters: { first: 0, step: 1, count: 0.5 } },
      /^m.json: hoppingParameters/,
    ],
    [
      "an exception without a reason",
      { exceptions: [{ from: 0, to: 0, stride: 2 }] },
      /^m.json: exceptions\[0\].because must be a text that says why, it is missing/,
    ],
  ])("with %s is refused in a sentence", (_, fields, message) => {
    expect(refusal(tinyWith(fields))).toMatch(message);
  });

  it.each(["../escape", "a/b", "/etc", "..", ".hidden", "", "a\\b", "x\0y", "name\n"])(
    "cannot lead out of its folder by the name %j",
    (name) => {
      expect(refusal(tinyWith({ name }))).toMatch(/name must be a name of letters/);
      expect(refusal(tinyWith({ sets: { [name]: { configurations: 1 } } }))).toMatch(
        /must be a name of letters/,
      );
    },
  );

  it("finds a κ on its grid, and names the nearest for one that is not", () => {
    const pieces = planPieces(tinyManifest);
    expect(findPiece(pieces, "test", 0.1 + 1e-12).stem).toBe("test/2_kappa0.1");
    expect(() => findPiece(pieces, "test", 0.07)).toThrow(
      "κ = 0.07 is not on the grid of 3 values from -0.1 to 0.1; the nearest is 0.1.",
    );
    expect(() => findPiece(pieces, "validation", 0.1)).toThrow(
      'there is no set "validation"; there are training, test.',
    );
  });
});
