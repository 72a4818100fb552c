import { explainPageOf } from "phaselens/internal/report/answers/embed";
import { networkAnswers } from "phaselens/internal/report/answers/networkAnswers";
import { describe, expect, it } from "vitest";
import { yesOrNo } from "./questions.js";

const template =
  '<!doctype html><p>$1 $&</p><script type="application/json" id="phaselens-document"></script><b>end</b>';

describe("a page with its document", () => {
  it("holds what it was given, whatever names mean: scripts, ends of scripts, separators of lines", () => {
    const nasty = "</script><script>alert(1)</script><!-- \u2028 ]]> $& $1";
    const { document } = networkAnswers({ ...yesOrNo().question, title: nasty });
    const page = explainPageOf(template, document);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain("<p>$1 $&</p>");
    const text = />([^<]*)<\/script><b>end/.exec(page)![1];
    expect(JSON.parse(text)).toEqual(document);
    const again = explainPageOf(page, { ...document, title: "other" });
    expect(again).not.toContain("alert");
  });

  it("is refused where the template has no place for it", () => {
    const { document } = networkAnswers(yesOrNo().question);
    expect(() => explainPageOf("<p></p>", document)).toThrow(/Build the page anew/);
  });
});
