import { describe, expect, it } from "vitest";
import { runNode } from "../support/runNode.js";
import { displayBundle } from "phaselens/internal/core/display";

describe("displayBundle", () => {
  it("does nothing outside a notebook", () => {
    expect(displayBundle({ "text/plain": "x" })).toBe(false);
  });

  it("writes one message through the installed tslab once its kernel listens", async () => {
    const { stdout, stderr } = await runNode(new URL("./fixtures/realTslab.mjs", import.meta.url))
      .ended;
    expect(JSON.parse(stdout || `"${stderr}"`)).toEqual({
      before: false,
      during: true,
      written: [
        {
          message: {
            data: { "text/plain": "seen" },
            metadata: {},
            transient: { display_id: "one" },
          },
          update: true,
        },
      ],
    });
  });
});
