import { describe, expect, it } from "vitest";
import { brief, found, load, loadParts, matrix } from "../study-fixture.ts";

const dataset = "dataset: { kind: synthetic, profile: chat }";
const workload = (more: string) => `[{ ${dataset}, ${more} }]`;

function only(more: string, matrixParts: { more?: string } = {}) {
  const { study, diagnostics } = loadParts({ workloads: workload(more), ...matrixParts });
  if (study === null) throw new Error(JSON.stringify(diagnostics));
  return { study, workload: study.workloads[0]!, diagnostics };
}

describe("a workload with a ruleset", () => {
  it("has its rules, and takes from them what it does not say", () => {
    const { workload: server, diagnostics } = only("ruleset: mini/tiny, scenario: server, load: { rate: 2 }");
    expect(diagnostics).toEqual([]);
    expect(server.ruleset).toMatchObject({ rulesetId: "mini", model: "tiny", name: "Server" });
    expect(server.arrivals).toEqual({ kind: "poisson" });
    expect(server.slo).toEqual({ ttft_ms: 60_000, tpot_ms: 10_000 });
    expect(server.sampling).toMatchObject({ temperature: 0, max_tokens: 32, top_p: 1 });
  });

  it("keeps what it says, but for the counts of a certified result", () => {
    const { workload: own } = only(
      "ruleset: mini/tiny, scenario: offline, slo: { e2e_ms: 5 }, sampling: { max_tokens: 8 }, counts: { smoke: { requests: 3 }, valid: { requests: 3, seconds: 1, repeats: 2 } }",
    );
    expect(own).toMatchObject({ slo: { e2e_ms: 5 }, sampling: { max_tokens: 8 } });
    expect(own.counts.smoke.requests).toBe(3);
    // A whole pass over 20 samples, and 2 s.
    expect(own.counts.valid).toEqual({ requests: 20, seconds: 2, repeats: 2 });
    expect(own.counts.submission).toMatchObject({ requests: 20, seconds: 2 });
  });

  it("asks MultiStream for whole queries", () => {
    const { workload: multi } = only("ruleset: mini/tiny, scenario: multi_stream");
    expect(multi.counts.valid.requests).toBe(40);
    expect(multi.arrivals).toBeNull();
  });

  it("has none where it names none", () => {
    expect(only("scenario: offline").workload).toMatchObject({ ruleset: null, slo: null });
  });
});

describe("an slo template", () => {
  it("stands for its limits", () => {
    expect(only("slo: fast").workload.slo).toEqual({ ttft_ms: 100 });
  });

  it("that is not there names those that are", () => {
    expect(found("unknown-slo-template", { workloads: workload("slo: fats") })).toMatchObject([
      { severity: "error", at: "fats", hint: "did you mean `fast`? choices: fast" },
    ]);
  });
});

describe("a name that is not there", () => {
  it.each([
    ["unknown-ruleset", "ruleset: mni/tiny, scenario: server, load: { rate: 1 }", "mni/tiny", /did you mean `mini`\?/],
    ["unknown-ruleset-model", "ruleset: mini/tinny, scenario: server, load: { rate: 1 }", "mini/tinny", /`tiny`/],
    ["unknown-ruleset-scenario", "ruleset: mini/tiny, scenario: interactive, load: { rate: 1 }", "mini/tiny", /server/],
    [
      "unknown-ruleset-scenario",
      "ruleset: mini/tiny, scenario: closed, load: { concurrency: 1 }",
      "mini/tiny",
      /offline/,
    ],
  ])("is %s", (code, more, at, hint) => {
    expect(found(code, { workloads: workload(more) })).toEqual([
      { severity: "error", at, message: expect.any(String), hint: expect.stringMatching(hint) },
    ]);
    expect(found("missing-key", { workloads: workload(more) })).toEqual([]);
  });

  it("says where it looked when there is no ruleset at all", () => {
    const parts = { workloads: workload("ruleset: mini/tiny, scenario: offline") };
    const { diagnostics } = load({ "matrices/a.yaml": matrix(parts) });
    expect(brief(diagnostics)).toEqual([expect.stringMatching(/^unknown-ruleset@matrices\/a.yaml:6:/)]);
  });

  it("of a broken file is said at its place, once for all that name it", () => {
    const both = `[{ ${dataset}, workload: a, ruleset: mini/tiny }, { ${dataset}, workload: b, ruleset: mini/tiny }]`;
    const files = { "matrices/a.yaml": matrix({ workloads: both }), "experiments/rulesets/mini.yaml": "format: x\n" };
    const { study, diagnostics } = load(files);
    const codes = diagnostics.filter(({ file }) => file === "experiments/rulesets/mini.yaml");
    expect(codes.filter(({ code }) => code === "not-a-choice")).toHaveLength(1);
    expect(study?.workloads.map(({ ruleset }) => ruleset)).toEqual([null, null]);
  });
});

describe("gates", () => {
  it("are kept with the figures that the ruleset gives", () => {
    const { study } = only("scenario: offline", { more: "gates: [mini/tiny]\n" });
    expect(study.gates).toMatchObject([
      {
        source: "mini/tiny",
        metric: "rouge1",
        reference: 40,
        atLeast: 39.6,
        atMost: 44,
        samples: expect.any(Number) as number,
      },
    ]);
  });

  it("of a model that is not there are an error", () => {
    const parts = { workloads: workload("scenario: offline"), more: "gates: [mini/tinny]\n" };
    expect(found("unknown-ruleset-model", parts)).toMatchObject([{ severity: "error", at: "mini/tinny" }]);
    expect(found("bad-name", { ...parts, more: "gates: [mini]\n" })).toMatchObject([{ at: "mini" }]);
  });
});
