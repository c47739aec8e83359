import { describe, expect, it } from "vitest";
import { expandStudy } from "../../src/design/index.ts";
import { brief, diagnose, load, matrix } from "./study-fixture.ts";

function studyOf(design: string, more = "") {
  const { study, diagnostics } = load({ "matrices/a.yaml": matrix({ design, more }) });
  return { study: study!, diagnostics };
}
const findings = (design: string, more = ""): string[] =>
  brief(diagnose({ "matrices/a.yaml": matrix({ design, more }) }));

describe("a duel in a matrix", () => {
  it("is the baseline against one change, in so many rounds", () => {
    const { study, diagnostics } = studyOf("{ kind: duel, b: { id: f16, set: { dtype: float16 } }, rounds: 8 }");
    expect(diagnostics).toEqual([]);
    expect(study).toMatchObject({
      baseline: { id: "baseline", knobs: { max_num_seqs: 16 } },
      design: { kind: "duel", changes: [{ id: "f16", set: { dtype: "float16" }, pointer: "/design/b" }] },
      order: "alternating",
      repeats: 8,
    });
    expect(findings("{ kind: duel, b: { id: f16, set: { dtype: float16 } } }")).toEqual([]);
  });

  it("has as many rounds as `repeats` where it says none", () => {
    const { study } = studyOf("{ kind: duel, b: { id: f16, set: { dtype: float16 } } }", "repeats: 5\n");
    expect(study.repeats).toBe(5);
  });

  it("puts row a in the baseline's place, and takes back in b what a alone sets", () => {
    const design =
      '{ kind: duel, a: { id: small, set: { max_num_seqs: 8 } }, b: { id: half, set: { dtype: float16 }, compound: "two ways" } }';
    const { study, diagnostics } = studyOf(design);
    expect(diagnostics).toEqual([]);
    const { experiments, contrasts, baselines } = expandStudy(study);
    expect(baselines).toEqual(["small"]);
    expect(experiments.map(({ labels, knobs }) => [labels.name, knobs])).toEqual([
      ["small", { max_num_seqs: 8 }],
      ["half", { max_num_seqs: 16, dtype: "float16" }],
    ]);
    expect(contrasts).toMatchObject([
      { treatment: "half", control: "small", changed: { max_num_seqs: 16, dtype: "float16" } },
    ]);
    const mistakes = diagnose({ "matrices/a.yaml": matrix({ design }) }).filter(({ severity }) => severity === "error");
    expect(mistakes).toEqual([]);
    // Without the word the two sides would differ in two knobs, and nobody could say which of them did it.
    expect(findings(design.replace(', compound: "two ways"', ""))).toContainEqual(
      expect.stringMatching(/^compound-change@/),
    );
  });

  it("leaves what both sides set alike as side a has it, and says where that is all", () => {
    const of = (b: string) => `{ kind: duel, a: { id: a, set: { max_num_seqs: 8 } }, b: { id: b, set: { ${b} } } }`;
    const both = of("max_num_seqs: 8, dtype: float16");
    expect(findings(both)).toEqual([]);
    expect(expandStudy(studyOf(both).study).experiments.map(({ knobs }) => knobs)).toEqual([
      { max_num_seqs: 8 },
      { max_num_seqs: 8, dtype: "float16" },
    ]);
    expect(findings(of("max_num_seqs: 8"))).toEqual([expect.stringMatching(/^changes-nothing@/)]);
  });

  it("sets two engines side by side, each with knobs of its own", () => {
    const design =
      "{ kind: duel, b: { id: other, set: { sut.engine: other }, knobs: { slots: 16, dtype: 8 }, compound: an engine } }";
    const other = "format: ceteris.engine/1\nextends: pocket\nknobs: { slots: { flag: --slots, type: int } }\n";
    const files = { "matrices/a.yaml": matrix({ design }), "sut/other.yaml": other };
    expect(brief(diagnose(files)).map((text) => text.split("@")[0])).toEqual(["not-a-choice"]);
    expect(expandStudy(load(files).study!).experiments.map(({ knobs, skip }) => ({ knobs, skip }))).toEqual([
      { knobs: { max_num_seqs: 16 }, skip: null },
      { knobs: { "sut.engine": "other", slots: 16, dtype: 8 }, skip: null },
    ]);
  });

  it("shows what is wrong with a side where it is written", () => {
    const design =
      "{ kind: duel, a: { id: small, set: { max_num_sequences: 8 } }, b: { id: half, set: { dtpye: float16 } } }";
    const found = diagnose({ "matrices/a.yaml": matrix({ design }) }).filter(({ code }) => code === "unknown-knob");
    const column = (text: string): number => `design: ${design}`.indexOf(text) + 1;
    expect(found.map(({ line, column: at }) => [line, at])).toEqual([
      [5, column("max_num_sequences")],
      [5, column("dtpye")],
    ]);
  });

  it("says that its order is its own", () => {
    const design = "{ kind: duel, b: { id: f16, set: { dtype: float16 } } }";
    expect(findings(design, "order: shuffled\n")).toEqual(["order-of-a-duel@matrices/a.yaml:7:1"]);
  });

  it("wants side b", () => {
    expect(findings("{ kind: duel, rounds: 3 }")).toEqual(["missing-key@matrices/a.yaml:5:1"]);
  });
});

describe("warmup.until_steady", () => {
  const workloadOf = (warmup: string) =>
    load({
      "matrices/a.yaml": matrix({ workloads: `[{ dataset: { kind: synthetic, profile: chat }, warmup: ${warmup} }]` }),
    }).study!.workloads[0]!;

  it("has the seed's rule for defaults, member by member", () => {
    expect(workloadOf("{ requests: 4, until_steady: {} }").warmupUntilSteady).toEqual({
      cv: 0.05,
      over: 30,
      longestS: 60,
    });
    expect(workloadOf("{ requests: 4, until_steady: { longest_s: 300 } }").warmupUntilSteady).toEqual({
      cv: 0.05,
      over: 30,
      longestS: 300,
    });
  });

  it("is not there where nothing asks for it", () => {
    expect(workloadOf("{ requests: 4 }")).not.toHaveProperty("warmupUntilSteady");
  });
});
