import { describe, expect, it } from "vitest";
import { kindAnswer } from "../../../src/report/answers/index.ts";
import { checklistOf } from "../../../src/report/relations/checklist.ts";
import { writeDocument, type ReportInput } from "../../../src/report/index.ts";
import { renderDocument, reportData } from "../../../src/report/pages.ts";
import type { Trial } from "../../../src/schema/trial.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { withFigures } from "../../support/fake-trials.ts";
import { reportKind } from "../../support/report-kind.ts";

const input = fakeReportInput();
const some = input.trials.find(({ labels, spec }) => labels.name === "fp8" && spec.purpose === "performance")!;

/** A trial of a workload, with the duration of its load. */
function trialOf(workload: object, tookS: number, more: Partial<Trial> = {}): Trial {
  return {
    ...some,
    identity: {
      ...some.identity,
      workload: { ...(some.identity.workload as { scenario?: string }), ...workload },
    },
    phases: [{ id: "load", tookS }],
    ...more,
  };
}

const good = { scenario: "open", warmup_requests: 64, dataset: { kind: "sharegpt" } };
const standing = (trials: Trial[]) =>
  Object.fromEntries(checklistOf({ ...input, trials }).map(({ check, holds, shown }) => [check, `${holds}: ${shown}`]));

describe("the checklist", () => {
  it("has its ten lines, each yes where all trials meet it", () => {
    const tails = withFigures(trialOf(good, 90), [
      ["ttft", "p50", 40],
      ["ttft", "p99", 90],
      ["ttft", "p99.9", 120],
      ["tpot", "p50", 4],
    ]);
    const found = standing([tails]);
    expect(Object.keys(found)).toHaveLength(10);
    expect(found).toMatchObject({
      "Warm-up": "yes: 64 requests at least",
      "Open loop": "yes: open",
      "Tail latency": "yes: in 1 trial",
      "Realistic prompts": "yes: sharegpt",
      Duration: "yes: 90 s at least",
      Hardware: "yes: 1 × Example H100",
      Precision: "yes: fp8",
      Batching: "yes: max_num_seqs 16",
      "Both phases": "yes: in 1 trial",
    });
  });

  it("says no with what was found, and not measured where nothing says", () => {
    const poor = trialOf({ scenario: "closed", warmup_requests: 8, dataset: { kind: "synthetic" } }, 12);
    const bare = { ...poor, provenance: null, knobs: {}, resolvedConfiguration: null, measurements: [] };
    expect(standing([bare])).toMatchObject({
      "Warm-up": "no: 8 requests at least",
      "Open loop": "no: closed",
      "Tail latency": "not measured: ",
      "Realistic prompts": "no: synthetic",
      "Load sweep": "no: 1 load",
      Duration: "no: 12 s at least",
      Hardware: "not measured: ",
      Precision: "not measured: ",
      Batching: "not measured: ",
    });
    expect(standing([])["Warm-up"]).toBe("not measured: ");
  });

  it("stands before the findings in its report", async () => {
    const findings = [{ rule: "drift", says: "It drifted.", trials: [], query: "select 1" }];
    const document = renderDocument(
      reportData({ ...input, kind: "checklist", findings } as unknown as ReportInput),
      await reportKind("checklist"),
    );
    const text = document.ok ? writeDocument(document.value, "markdown") : "";
    expect(text.indexOf("## Checklist")).toBeGreaterThan(0);
    expect(text.indexOf("## Key findings")).toBeGreaterThan(text.indexOf("## Checklist"));
  });

  it("is answered with how many lines hold, and which do not", () => {
    const bare = trialOf({ ...good, warmup_requests: 8 }, 90, { measurements: [] });
    const { main, because } = kindAnswer({ ...input, kind: "checklist", decisions: [], trials: [bare] });
    expect(main).toBe(
      "6 of 10 lines of the checklist hold. Not: warm-up and load sweep. Not measured: tail latency and both phases.",
    );
    expect(because).toEqual([]);
  });
});
