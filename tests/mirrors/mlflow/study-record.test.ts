import { describe, expect, it } from "vitest";
import { studyRecord } from "../../../src/mirrors/mlflow/study-record.ts";
import type { ChangeOutcome } from "../../../src/schema/analysis.ts";
import { fakeStudyMeta } from "../../support/mlflow-lab.ts";

const asObject = (entries: { key: string; value: string }[]) =>
  Object.fromEntries(entries.map(({ key, value }) => [key, value]));
const change = (more: Partial<ChangeOutcome>): ChangeOutcome => ({
  change: "fp8",
  outcome: "SHIP",
  because: "better",
  figure: "output tok/s",
  ratio: 1.241,
  interval: { lower: 1.2, upper: 1.28 },
  ...more,
});
const asOf = "2026-01-01T02:10:00.000Z";

describe("the study's run", () => {
  it("says SIMULATED in its name, a tag and the description", () => {
    const study = studyRecord({ ...fakeStudyMeta, origin: "simulated" });
    expect(study.name).toBe("SIMULATED fake-study");
    expect(asObject(study.identity)["ceteris.origin"]).toBe("SIMULATED");
    expect(asObject(study.tags)["mlflow.note.content"]).toContain("SIMULATED");
  });

  it("has the question, the answer and a line for each change in its description", () => {
    const changes = [change({}), change({ change: "a|b", outcome: "HOLD", ratio: 0.98, interval: null, figure: null })];
    const tags = asObject(studyRecord(fakeStudyMeta, { answer: "Ship fp8.", asOf, changes }).tags);
    expect(tags["ceteris.question"]).toBe("Which knobs add up?");
    expect(tags["ceteris.answer"]).toBe("Ship fp8.");
    expect(tags["mlflow.note.content"]).toBe(
      [
        "Which knobs add up?",
        "",
        "**Ship fp8.**",
        "",
        "| change | decision | Δ and 95 % interval | by |",
        "|---|---|---|---|",
        "| fp8 | SHIP | +24.1 % [+20 %, +28 %] | output tok/s |",
        String.raw`| a\|b | HOLD | -2 % |  |`,
      ].join("\n"),
    );
  });

  it("has no figure of a change that was compared with nothing, and no interval of a single launch", () => {
    const changes = [change({ ratio: null, interval: null }), change({ change: "len", interval: null })];
    const { metrics } = studyRecord(fakeStudyMeta, { answer: "", asOf, changes });
    expect(metrics).toEqual([
      { key: "change_percent/len", value: 100 * (1.241 - 1), timestamp: Date.parse(asOf), step: 0 },
    ]);
    expect(studyRecord(fakeStudyMeta, { answer: "", asOf: null, changes }).metrics).toEqual([]);
  });

  it("has names that MLflow takes", () => {
    const changes = [change({ change: "p%" })];
    const { metrics, tags } = studyRecord(fakeStudyMeta, { answer: "", asOf, changes });
    expect(metrics[0]?.key).toBe("change_percent/p_");
    expect(asObject(tags)["decision/p_"]).toBe("SHIP: better");
  });
});
