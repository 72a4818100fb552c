import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, DataError } from "phaselens/core";
import { neubauer2022 } from "phaselens/papers";
import { afterAll, expect, it } from "vitest";
import { describeWithReference, referencePath } from "../../support/reference.js";
import { refusal } from "../../support/refusal.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-checkpoints-"));
afterAll(() => rmSync(folder, { recursive: true }));

describeWithReference("a folder of the authors' own files", () => {
  const checkpoints = referencePath("neubauer2022/checkpoints");
  const small = "psvfeaturesdropped_001_noTrackQ_hidden16_De8_Do8";
  const file = readdirSync(checkpoints).find((name) => name.includes(small))!;

  it("has the networks of the plain numbers, with their features, and that of CMS", () => {
    const found = neubauer2022.taggers(checkpoints)!;
    expect(found.map(({ name, theta }) => [name, theta.length])).toEqual([
      ["baseline", 25_554],
      ["IN", 18_144],
      [small, 2842],
    ]);
    for (const wanted of neubauer2022.taggers()!) {
      const own = found.find(({ name }) => name === wanted.name)!;
      expect(own.theta).toEqual(wanted.theta);
      expect(own.features).toEqual(wanted.features);
    }
  });

  it("takes features from the authors' description beside it, and refuses what does not fit", () => {
    const own = join(folder, "trained_models");
    mkdirSync(own);
    mkdirSync(join(folder, "model_dicts"));
    copyFileSync(join(checkpoints, file), join(own, "gnn_other_best.pth"));
    expect(refusal(DataError, () => neubauer2022.taggers(own)).message).toContain(
      "gnn_other_best.pth: reads 18 features of tracks and 9 of vertices, and does not say which. " +
        "Put gnn_other_model_metadata.json of the authors' model_dicts beside it",
    );
    const describe_ = (tracks: string): void =>
      writeFileSync(
        join(folder, "model_dicts", "gnn_other_model_metadata.json"),
        JSON.stringify({ drop_pfeatures: tracks, drop_svfeatures: "0,1,2,3,8" }),
      );
    describe_("0,1,2,3,4,5,6,7,8,9,10,11");
    const [{ features }] = neubauer2022.taggers(own)!;
    expect(features.tracks[0]).toBe("track_normchi2");
    describe_("0,1");
    expect(refusal(DataError, () => neubauer2022.taggers(own)).message).toContain(
      "which is not what its description leaves",
    );
    describe_("0,30");
    expect(refusal(DataError, () => neubauer2022.taggers(own)).message).toContain(
      "drop_pfeatures must list rows from 0 to 29",
    );
  });

  it("without any network is refused", () => {
    const empty = join(folder, "empty");
    mkdirSync(empty);
    expect(refusal(ConfigError, () => neubauer2022.taggers(empty)).message).toContain(
      "no networks are in",
    );
  });
});
