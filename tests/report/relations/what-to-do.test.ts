import { describe, expect, it } from "vitest";
import { forestOf } from "../../../src/report/forest.ts";
import { blockersRelation, hurtsRelation, winsRelation } from "../../../src/report/relations/what-to-do.ts";
import { jsonRows } from "../../../src/report/writers/json.ts";
import { fakeReportInput } from "../../support/fake-report.ts";

const input = fakeReportInput();

describe("what to do, in short tables", () => {
  it("names the largest shown gains with whether they are safe to ship", () => {
    const rows = jsonRows(winsRelation(input));
    expect(rows.map(({ change, safe }) => [change, safe])).toEqual([
      ["fp8", "YES: accuracy kept"],
      ["len2668", "PENDING: accuracy not measured in this configuration"],
    ]);
    expect(rows[0]).toMatchObject({ changed: "quantization=fp8" });
  });

  it("has the tok/s of the first screen: the steady ones, where they were measured", () => {
    const summaries = input.summaries.map((one) => ({
      ...one,
      figures: one.figures.flatMap((figure) =>
        figure.metric === "output_throughput"
          ? [figure, { ...figure, metric: "output_throughput_steady", value: 1500 }]
          : [figure],
      ),
    }));
    const tokensPerS = forestOf({ ...input, summaries }).rows.find(({ name }) => name === "fp8")?.tokensPerS;
    expect([tokensPerS, jsonRows(winsRelation({ ...input, summaries }))[0]?.["output_throughput_steady"]]).toEqual([
      1500, 1500,
    ]);
  });

  it("says of accuracy what the answer says of it", () => {
    const decisions = input.decisions.map((one) => ({ ...one, accuracyTrials: [] }));
    const said = (accuracy: typeof input.study.accuracy) =>
      jsonRows(
        winsRelation({
          ...input,
          decisions,
          study: { ...input.study, ...(accuracy === undefined ? {} : { accuracy }) },
        }),
      )[0];
    expect(said({ notApplicable: "no model" })).toMatchObject({ safe: "YES: accuracy does not apply" });
    expect(said("declared")).toMatchObject({ safe: "YES: accuracy not measured" });
  });

  it("names the shown losses, the largest first, also of a latency, of which less is better", () => {
    const effects = input.effects.map((one) =>
      one.treatment === "fp8" ? { ...one, ratio: 0.8 } : one.treatment === "len2668" ? { ...one, ratio: 0.7 } : one,
    );
    expect(jsonRows(hurtsRelation({ ...input, effects })).map(({ change }) => change)).toEqual(["len2668", "fp8"]);
    expect(winsRelation({ ...input, effects }).rows).toEqual([]);
    const decisions = input.decisions.map((one) => ({ ...one, metric: "e2e_sched p50" }));
    const less = { metric: "e2e_sched", stat: "p50", better: "lower", ratio: 0.8 } as const;
    const slower = input.effects.map((one) => ({ ...one, ...less }));
    const open = { ...input, decisions, effects: slower };
    expect(winsRelation(open).rows.length).toBeGreaterThan(0);
    expect(hurtsRelation(open).rows).toEqual([]);
  });

  it("names what blocks each HOLD with what mends it: a command, the hint of a failure, else what its kind asks for", () => {
    const hold = (experiment: string, kind: "one launch" | "not settled", text: string) => ({
      ...input.decisions.find((one) => one.experiment === experiment)!,
      outcome: "HOLD" as const,
      missing: [
        { kind, text },
        ...(kind === "not settled"
          ? [{ kind: "command" as const, text: "9 blocks in all: ceteris run a.yaml --repeats 9" }]
          : []),
      ],
    });
    const decisions = [
      hold("fp8", "not settled", "not settled"),
      hold("len2668", "one launch", "it has one launch only"),
      input.decisions.find(({ experiment }) => experiment === "int8")!,
    ];
    expect(jsonRows(blockersRelation({ ...input, decisions })).map(({ change, remedy }) => [change, remedy])).toEqual([
      ["fp8", "9 blocks in all: ceteris run a.yaml --repeats 9"],
      ["len2668", "repeat it: --repeats 3 or more"],
      ["int8", expect.stringContaining("Use a checkpoint")],
    ]);
  });

  it("says once what blocks several changes", () => {
    const missing = [{ kind: "one launch" as const, text: "baseline has one launch only" }];
    const decisions = ["fp8", "len2668"].map((experiment) => ({
      ...input.decisions.find((one) => one.experiment === experiment)!,
      outcome: "HOLD" as const,
      missing,
    }));
    expect(jsonRows(blockersRelation({ ...input, decisions }))).toMatchObject([
      { change: "fp8 and len2668", blocked_by: "baseline has one launch only" },
    ]);
  });
});
