import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, it } from "vitest";

/** A browser of the system; nothing is downloaded. */
function executable(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const places = ["chromium", "chromium-browser", "google-chrome"].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Tests that need a browser; without one they are skipped with a line that says so. */
export function describeWithBrowser(name: string, tests: (browser: () => Browser) => void): void {
  const path = executable();
  if (path === undefined) {
    describe(name, () => it.skip("needs a browser: apt install chromium", () => {}));
    return;
  }
  describe(name, () => {
    let browser: Browser;
    beforeAll(async () => {
      const quiet = [
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ];
      browser = await chromium.launch({
        executablePath: path,
        headless: true,
        args: ["--no-sandbox", ...quiet],
      });
    }, 60_000);
    afterAll(() => browser?.close());
    tests(() => browser);
  });
}
