import { describe, expect, it } from "vitest";
import { tradeOff } from "../../../src/report/charts/trade-off.ts";
import { costsOf } from "../../../src/report/relations/costs.ts";
import { resultsRelation } from "../../../src/report/relations/results.ts";
import type { ReportInput } from "../../../src/report/index.ts";
import { withFigures } from "../../support/fake-trials.ts";
import { rowsOf } from "../../support/relation-rows.ts";
import { renderedReport } from "../../support/rendered-report.ts";
import { sweptReport } from "../../support/swept-report.ts";

const plain = sweptReport({ loads: [], gpus: 2 });
const priced: ReportInput = { ...plain, study: { ...plain.study, price: { perGpuHour: 3.6 } } };
const measured: ReportInput = {
  ...priced,
  trials: priced.trials.map((trial) => withFigures(trial, [["energy_per_token", "value", 0.25]])),
};

describe("costs", () => {
  it("are the price of all GPUs an hour over the output tokens of an hour, and the tokens of a joule", () => {
    const [baseline] = rowsOf(resultsRelation(measured).relation);
    const perHour = (baseline!["output_throughput"] as number) * 3600;
    expect(baseline!["cost_per_mtok"]).toBeCloseTo((7.2 / perHour) * 1e6, 9);
    expect(baseline!["tokens_per_joule"]).toBeCloseTo(4, 9);
    expect(rowsOf(tradeOff(measured).relation)[0]).toMatchObject({
      cost_per_mtok: baseline!["cost_per_mtok"],
      tokens_per_joule: baseline!["tokens_per_joule"],
    });
  });

  it("have no column where no price is stated and no energy was measured", () => {
    for (const relation of [resultsRelation(plain).relation, tradeOff(plain).relation])
      expect(relation.columns.map(({ key }) => key)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/cost_per_mtok|tokens_per_joule/)]),
      );
    expect(costsOf(plain).notes).toEqual([]);
  });

  it("are those of the trials that count", () => {
    const odd = {
      ...measured,
      trials: measured.trials.map((trial, at) =>
        at === 0 ? withFigures(trial, [["energy_per_token", "value", 2500]]) : trial,
      ),
      summaries: measured.summaries.map((row) => ({
        ...row,
        excluded: [{ trialId: measured.trials[0]!.spec.trialId, why: "a later attempt took its place" }],
      })),
    };
    expect(costsOf(odd).tokensPerJoule(odd.summaries[0]!)).toBeCloseTo(4, 9);
  });

  it("say in the report what they rest on", () => {
    expect(renderedReport(measured)).toContain("Price: 3.6 USD an hour for a GPU, as the matrix states it.");
    const list = {
      title: "Example, on demand",
      source: "https://example.com/prices",
      date: "2026-01-01",
      gpus: [{ name: "Example H100", perHour: 3 }],
    };
    expect(costsOf({ ...plain, study: { ...plain.study, price: list } }).notes[0]).toContain(
      "Prices: Example, on demand, on 2026-01-01 (https://example.com/prices).",
    );
  });
});
