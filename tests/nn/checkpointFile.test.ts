import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError, DataError, makeRng, tensor } from "phaselens/core";
import * as forest from "phaselens/forest";
import * as nn from "phaselens/nn";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { options, samples, variants } from "./checkpointCases.mjs";
import { constantSchedule } from "phaselens/internal/nn/training/optimiser";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "phaselens-checkpoint-"));
  path = join(folder, "training.checkpoint");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

class Killed extends Error {}
/** Trains until an epoch is told, and no further. */
function trainUntil(
  epoch: number,
  name: string,
  checkpoint: { path: string; every?: number },
): void {
  const { network, ...rest } = options(name);
  const onEpoch = (told: { epoch: number }): void => {
    if (told.epoch === epoch) throw new Killed();
  };
  expect(() => nn.train(network, samples, { ...rest, checkpoint, onEpoch })).toThrow(Killed);
}

describe("a training with a checkpoint", () => {
  it.each(Object.keys(variants))(
    "%s: ended after any epoch it goes on to the same bits",
    (name) => {
      const { network, ...rest } = options(name);
      const whole = nn.train(network, samples, rest);
      expect(whole.history.length).toBeGreaterThan(3);
      for (const every of [1, 3]) {
        for (let epoch = 1; epoch < Math.min(9, whole.history.length); epoch++) {
          rmSync(path, { force: true });
          trainUntil(epoch, name, { path, every });
          const { checkpoint, ...result } = nn.train(network, samples, {
            ...rest,
            checkpoint: { path, every },
          });
          expect({ ...result, checkpoint }, `${name}, epoch ${epoch}, every ${every}`).toEqual(
            whole,
          );
        }
      }
      // done, it is not trained again
      const again = nn.train(network, samples, {
        ...rest,
        checkpoint: { path, every: 3 },
        onEpoch: () => expect.fail("it trains"),
      });
      expect(again).toEqual(whole);
    },
  );

  it("goes on after a real kill, several times over, to the same bits", () => {
    const { network, ...rest } = options("adam, cosine, dropout");
    const whole = nn.train(network, samples, rest);
    const script = fileURLToPath(new URL("checkpointKilled.mjs", import.meta.url));
    let kills = 0;
    for (; kills < 20; kills++) {
      const { signal, status } = spawnSync(process.execPath, [
        script,
        path,
        "adam, cosine, dropout",
      ]);
      if (status === 0) break;
      expect(signal).toBe("SIGKILL");
    }
    expect(kills).toBeGreaterThan(1);
    expect(nn.train(network, samples, { ...rest, checkpoint: { path } })).toEqual(whole);
  }, 120_000);

  it("refuses the state of another training, naming what differs", () => {
    trainUntil(2, "sgd, cosine", { path });
    const { network, ...rest } = options("sgd, cosine");
    const others: Record<string, object> = {
      optimiser: { optimiser: nn.adam() },
      epochs: { epochs: 9 },
      schedule: { schedule: constantSchedule },
      random: { rng: makeRng(2) },
      l2: { l2: 0.3 },
      batchSize: { batchSize: 7 },
    };
    for (const [name, change] of Object.entries(others)) {
      const call = (): unknown =>
        nn.train(network, samples, { ...rest, ...change, checkpoint: { path } });
      expect(call, name).toThrow(ConfigError);
      expect(call, name).toThrow(new RegExp(`another calculation: ${name} is`));
    }
    const moved = {
      ...samples,
      x: tensor(
        samples.x.shape,
        samples.x.data.map((v) => v + 1),
      ),
    };
    expect(() => nn.train(network, moved, { ...rest, checkpoint: { path } })).toThrow(/samples is/);
  });

  it("refuses a damaged state, and a checkpoint of another optimiser that is handed over", () => {
    trainUntil(2, "sgd, cosine", { path });
    const { network, ...rest } = options("sgd, cosine");
    const sound = readFileSync(path);
    for (const length of [0, 10, sound.length - 5]) {
      writeFileSync(path, sound);
      truncateSync(path, length);
      const call = (): unknown => nn.train(network, samples, { ...rest, checkpoint: { path } });
      expect(call).toThrow(DataError);
      expect(call).toThrow(/Remove it to begin anew/);
    }
    const { checkpoint } = nn.train(network, samples, rest);
    const resumed = (change: object) => (): unknown =>
      nn.train(network, samples, { ...rest, ...change }, checkpoint);
    expect(resumed({ optimiser: nn.adam() })).toThrow(/has .* moments/);
    expect(resumed({ epochs: 3 })).toThrow(/this training ends with 3/);
    expect(existsSync(path)).toBe(true);
  });
});

it("a forest goes on from the trees that are there, to the same trees", async () => {
  const data = { x: samples.x, target: samples.target.data.filter((_, p) => p % 2 === 0) };
  const own = { trees: 7, seed: 3, jobs: 1 };
  const whole = await forest.randomForest(data, own);
  const checkpoint = { path: join(folder, "forest.checkpoint"), every: 2 };
  const stop = new AbortController();
  await expect(
    forest.randomForest(data, {
      ...own,
      checkpoint,
      signal: stop.signal,
      onDone: (done) => {
        if (done === 5) stop.abort(new Killed());
      },
    }),
  ).rejects.toThrow(Killed);
  const counts: number[] = [];
  const resumed = await forest.randomForest(data, {
    ...own,
    checkpoint,
    onDone: (done) => void counts.push(done),
  });
  expect(resumed).toEqual(whole);
  expect(counts[0]).toBeGreaterThan(4);
  await expect(forest.randomForest(data, { ...own, seed: 4, checkpoint })).rejects.toThrow(
    /seed is/,
  );
});
