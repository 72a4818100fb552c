import { buildPage } from "../../environment/explain-page/page.mjs";
import { describeInstalled } from "../support/installed.js";
import { bundleTests } from "../published/bundleTests.js";
import { installTests } from "../published/installTests.js";

await buildPage(); // it is part of the package
// packing and installing takes longer than most of what is asked of it: once for all
describeInstalled("the package as it is published", (installed) => {
  installTests(installed);
  bundleTests(installed.folder);
});
