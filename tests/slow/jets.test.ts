import { auc, mean } from "phaselens/core";
import { simulateJets } from "phaselens/physics";
import { expect, it } from "vitest";
import { publishedScores } from "../physics/jets/publishedNetwork.js";
import { describeWithReference } from "../support/reference.js";
import { jetRow, jetTruthNames } from "phaselens/internal/physics/jets/jetRow";
import { jetRows } from "phaselens/internal/physics/jets/jetRows";

// False-alarm rate: the bounds lie 8 standard errors and more below what is expected.
describeWithReference(
  "networks that their authors trained on CMS's simulation, not trained again",
  () => {
    const jets = simulateJets({ jets: 2000, seed: 61, set: "published networks" });
    const small = "psvfeaturesdropped_001_noTrackQ_hidden16_De8_Do8";
    const area = (scores: Float64Array): number =>
      auc(scores, jets.truth.signal.subarray(0, scores.length));

    it("separate our jets: AUC at least .93 of the one of 2842 parameters and of the one of 25554", () => {
      expect(area(publishedScores(small, jets, 2000))).toBeGreaterThan(0.93);
      expect(area(publishedScores("baseline", jets, 400))).toBeGreaterThan(0.93);
    }, 300_000);
  },
);

it("fifty thousand jets have no holes: finite everywhere, empty slots 0, more than 60 tracks now and then", () => {
  const columns = Object.fromEntries(jetTruthNames.map((name, k) => [name, jetRow.truth.at + k]));
  let [most, wrong] = [0, 0];
  const shares: number[] = [];
  for (let first = 0; first < 50_000; first += 5000) {
    const rows = jetRows({ jets: 5000, first, seed: 62, set: "many" });
    for (let n = 0; n < 5000; n++) {
      const row = rows.subarray(n * jetRow.length, (n + 1) * jetRow.length);
      const tracks = row[columns.tracks];
      most = Math.max(most, tracks);
      for (let k = 0; k < row.length; k++) if (!Number.isFinite(row[k])) wrong++;
      for (let slot = Math.min(60, tracks); slot < 60; slot++)
        for (let f = 0; f < 30; f++) if (row[f * 60 + slot] !== 0) wrong++;
      if (tracks > 60 && row[jetRow.trackOrigin.at + 59] === 0) wrong++;
      if (n % 2 === 0) shares.push(row[columns.gluonToBottom] > 0 ? 1 : 0);
    }
  }
  expect([wrong, most > 60]).toEqual([0, true]);
  expect(mean(shares)).toBeGreaterThan(0.02);
  expect(mean(shares)).toBeLessThan(0.04);
}, 300_000);
