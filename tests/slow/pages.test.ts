import { describe } from "vitest";
import { codePages, isLong, runAndPrint } from "../docs/pageCode.js";

describe("the code of pages that take longer", () => runAndPrint(codePages.filter(isLong)));
