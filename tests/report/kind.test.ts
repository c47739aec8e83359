import { describe, expect, it } from "vitest";
import { kindOf } from "../../src/report/kind.ts";
import { writeDocument } from "../../src/report/index.ts";
import { renderDocument, reportData } from "../../src/report/pages.ts";
import { reportKindNames } from "../../src/schema/report-kind.ts";
import type { Curve } from "../../src/schema/curve.ts";
import { fakeReportInput } from "../support/fake-report.ts";
import { reportKind } from "../support/report-kind.ts";

const input = fakeReportInput();
const { study } = input;

describe("kindOf", () => {
  it("is a study where changes are compared", () => {
    expect(kindOf(input)).toBe("study");
  });

  it("is what the study is: a search, alternating rounds, a swept load without a change, accuracy alone", () => {
    const curves = [{} as Curve];
    const search = { from: 1, to: 8 } as unknown as NonNullable<(typeof study)["peak"]>;
    expect(kindOf({ ...input, study: { ...study, peak: search } })).toBe("peak");
    expect(kindOf({ ...input, study: { ...study, order: "alternating" } })).toBe("duel");
    expect(kindOf({ ...input, curves })).toBe("study");
    expect(kindOf({ ...input, curves, study: { ...study, contrasts: [] } })).toBe("curve");
    expect(kindOf({ ...input, study: { ...study, contrasts: [] } })).toBe("bench");
    const trials = input.trials.filter(({ spec }) => spec.purpose === "accuracy");
    expect(trials).not.toEqual([]);
    expect(kindOf({ ...input, trials })).toBe("accuracy");
    const other = { ...input.trials[0]!, spec: { ...input.trials[0]!.spec, fidelity: "smoke" as const } };
    expect(kindOf({ ...input, trials: [...trials, other] })).toBe("accuracy");
  });
});

describe.each(reportKindNames)("the kind %s", async (name) => {
  const files = await reportKind(name);

  it("shows the study's tables, first of all its answer", () => {
    const document = renderDocument(reportData({ ...input, kind: name }), files);
    if (!document.ok) throw new Error(document.problem.message);
    const text = writeDocument(document.value, "markdown");
    expect(text.indexOf("**")).toBeLessThan(text.indexOf("## "));
    expect(text).toContain("## Results");
    expect(text).toContain("## How to reproduce");
  });
});
