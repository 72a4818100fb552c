import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baselineVerdict, isWorse } from "phaselens/internal/cli/baseline";
import { expect, it } from "vitest";

const path = join(mkdtempSync(join(tmpdir(), "phaselens-baseline-")), "audit.json");
const written = (content: unknown): string => {
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};

it("a verdict falls where it is worse than the earlier one, and only there", () => {
  const worse = (["pass", "caution", "fail"] as const).flatMap((now) =>
    (["pass", "caution", "fail"] as const).flatMap((before) =>
      isWorse(now, before) ? [`${before} to ${now}`] : [],
    ),
  );
  expect(worse).toEqual(["pass to caution", "pass to fail", "caution to fail"]);
});

it("the baseline is an audit.json, and nothing else is taken for one", () => {
  expect(baselineVerdict(undefined, true)).toBeUndefined();
  const file = written({ format: "phaselens-audit", verdict: "caution" });
  expect(baselineVerdict(file, false)).toBe("caution");
  expect(() => baselineVerdict(file, true)).toThrow(/Give one of them/);
  for (const wrong of [
    "",
    "{}",
    { format: "phaselens-audit", verdict: "good" },
    { verdict: "pass" },
  ])
    expect(() => baselineVerdict(written(wrong), false)).toThrow(/is no audit.json that phaselens/);
  expect(() => baselineVerdict("nowhere.json", false)).toThrow(/Name one, or leave it out/);
});
