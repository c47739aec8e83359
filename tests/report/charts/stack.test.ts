import { describe, expect, it } from "vitest";
import { stack } from "../../../src/report/charts/stack.ts";
import { fakeReportInput } from "../../support/fake-report.ts";

const input = fakeReportInput();
const valuesOf = ({ columns, rows }: ReturnType<typeof stack>["relation"]) =>
  rows.map((row) => Object.fromEntries(columns.map(({ key }, at) => [key, row[at]?.value ?? null])));

describe("the chart of a stack", () => {
  it("goes from the baseline's level to that of each step, by the ratios that the decisions rest on", () => {
    const [baseline, fp8, length, int8] = valuesOf(stack(input).relation);
    expect(baseline).toMatchObject({ step: "baseline", decision: "BASELINE", from: null });
    const level = baseline!["to"] as number;
    const ratioOf = (treatment: string) =>
      input.effects.find(
        (one) => one.treatment === treatment && one.control === "baseline" && one.metric === "output_throughput",
      )!.ratio!;
    expect(fp8).toMatchObject({ step: "fp8", from: level, to: level * ratioOf("fp8"), decision: "SHIP" });
    expect(length).toMatchObject({ from: level * ratioOf("fp8"), to: level * ratioOf("len2668") });
    expect(int8).toMatchObject({ step: "int8", from: null, to: null, change: null });
  });

  it("says how far the steps carry the baseline, and where nothing is added any more", () => {
    expect(stack(input).finding).toMatch(
      /^2 steps carry output tok\/s from 1,088 to 1,547 \(\+42\.\d %\); after fp8, the last step adds nothing certain\.$/,
    );
  });

  it("has three digits of a small figure", () => {
    const slow = (value: number | null) => value && value / 1000;
    const summaries = input.summaries.map((row) => ({
      ...row,
      figures: row.figures.map((one) => ({ ...one, value: slow(one.value) })),
    }));
    expect(stack({ ...input, summaries }).finding).toMatch(/from 1\.09 to 1\.55 \(/);
  });

  it("names the steps that cost some of it again", () => {
    const decisions = input.decisions.map((one) =>
      one.experiment === "len2668" ? { ...one, outcome: "REJECT" as const } : one,
    );
    expect(stack({ ...input, decisions }).finding).toMatch(
      /; after fp8, len2668 \([+]5\.9 %\) costs some of it again\.$/,
    );
  });

  it("has nothing to show of a study without steps", () => {
    const contrasts = input.study.contrasts.map((one) => ({ ...one, family: "isolation" as const }));
    expect(stack({ ...input, study: { ...input.study, contrasts } }).relation.rows).toEqual([]);
  });
});
