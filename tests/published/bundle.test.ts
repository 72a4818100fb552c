import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { afterAll } from "vitest";
import { inProject } from "../../environment/base/project.mjs";
import { bundleTests } from "./bundleTests.js";

// below the project, where the library is found as it was built; tests/slow has it installed
mkdirSync(inProject(".cache"), { recursive: true });
const folder = mkdtempSync(inProject(".cache", "bundle-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
bundleTests(folder);
