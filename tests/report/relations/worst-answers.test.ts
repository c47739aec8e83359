import { describe, expect, it } from "vitest";
import { worstAnswersRelation } from "../../../src/report/relations/worst-answers.ts";
import type { AccuracyJudgement } from "../../../src/schema/finding.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { relationValues } from "../../support/relation-values.ts";
import { renderedReport } from "../../support/rendered-report.ts";

function judgement(
  treatment: string,
  status: "pass" | "fail",
  ratio: number,
  prediction = "says 1",
): AccuracyJudgement {
  const worst = [{ sample: 7, score: 0, controlScore: 38.25, prediction, reference: "means 1" }];
  const figure = { metric: "rouge1", n: 10, ratio, interval: null, gate: 0.99, status, wins: 1, ties: 8, losses: 1 };
  return { treatment, control: "baseline", figures: [figure], findings: [], worst };
}

const changesOf = (judgements: AccuracyJudgement[]) =>
  relationValues(worstAnswersRelation(judgements)).map(({ change }) => change);

describe("the answers that lost most", () => {
  it("are those of the changes that do not pass, or where all pass, of the one that kept least", () => {
    expect(changesOf([judgement("kept", "pass", 1), judgement("lost", "fail", 0.9)])).toEqual(["lost"]);
    expect(changesOf([judgement("best", "pass", 1.01), judgement("least", "pass", 0.995)])).toEqual(["least"]);
    expect(changesOf([])).toEqual([]);
  });

  it("stand in a fold of the section on accuracy, and no answer is markup there", () => {
    const hostile = "<script>alert(1)</script> | `rm` [x](http://127.0.0.1) ![y](z) \u0000\u001B[2J";
    const accuracy = [judgement("lost", "fail", 0.9, hostile), judgement("empty", "fail", 0.9, "")];
    const text = renderedReport({ ...fakeReportInput(), accuracy });
    const fold = text.slice(text.indexOf("<summary>The answers that lost most</summary>"));
    const [line = "", empty = ""] = fold
      .split("\n")
      .filter((one) => one.startsWith("| lost ") || one.startsWith("| empty"));
    expect(line).toMatch(/^\| lost +\| +7 \| +0\.0 \| +38\.[23] \| &lt;script>/);
    expect(line).toContain(String.raw`\| \`rm\` \[x\](http://127.0.0.1) !\[y\](z)`);
    expect(/\p{Cc}/u.test(line)).toBe(false);
    expect(empty).toContain("| (empty)");
  });
});
