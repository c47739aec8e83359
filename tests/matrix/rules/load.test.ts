import { describe, expect, it } from "vitest";
import { combination, found, isolation } from "../study-fixture.ts";

describe("closed-without-concurrency", () => {
  const code = "closed-without-concurrency";
  const closed = "[{ scenario: closed, dataset: { kind: synthetic, profile: chat } }]";

  it("is an error at the scenario where nothing says how many", () => {
    const [one, ...others] = found(code, { workloads: closed });
    expect(one).toMatchObject({ severity: "error", at: "closed" });
    expect(one?.message).toContain("`workload-1` is a closed loop, and nothing sets its `load.concurrency`");
    expect(one?.hint).toContain("sweep: { load.concurrency:");
    expect(others).toEqual([]);
  });

  it("takes workload, baseline, rows and sweep for an answer", () => {
    const own = closed.replace("closed,", "closed, load: { concurrency: 4 },");
    expect(found(code, { workloads: own })).toEqual([]);
    expect(found(code, { workloads: closed, baseline: "{ knobs: { load.concurrency: 4 } }" })).toEqual([]);
    expect(found(code, { workloads: closed, more: "sweep: { load.concurrency: [1, 2] }" })).toEqual([]);
  });

  it("warns of the experiments that are left out where some row sets it", () => {
    const design = isolation("{ id: c8, set: { load.concurrency: 8 } }", "{ id: f16, set: { dtype: float16 } }");
    const [one] = found(code, { workloads: closed, design });
    expect(one).toMatchObject({ severity: "warning", at: "closed" });
    expect(one?.message).toContain("`baseline` (and 1 more) sets no `load.concurrency`");
  });

  it("leaves offline workloads and skipped rows alone", () => {
    expect(found(code, {})).toEqual([]);
    const design = isolation("{ id: off, set: { load.concurrency: null }, skip: later }");
    expect(found(code, { workloads: closed, design, baseline: "{ knobs: { load.concurrency: 4 } }" })).toEqual([]);
  });
});

describe("open-without-rate", () => {
  const code = "open-without-rate";
  const open = (more = "") => `[{ workload: w, scenario: open, dataset: { kind: synthetic, profile: chat }${more} }]`;

  it("is an error at the scenario where nothing says the rate", () => {
    const [one, ...others] = found(code, { workloads: open() });
    expect(one).toMatchObject({ severity: "error", at: "open" });
    expect(one?.message).toBe(
      "`baseline` (and 1 more) sets no `load.rate`, and the arrivals of workload `w` (poisson) need one",
    );
    expect(one?.hint).toContain("sweep: { load.rate:");
    expect(others).toEqual([]);
  });

  it("takes workload, baseline and sweep for an answer", () => {
    expect(found(code, { workloads: open(", load: { rate: 2.5 }") })).toEqual([]);
    expect(found(code, { workloads: open(), baseline: "{ knobs: { load.rate: 4 } }" })).toEqual([]);
    expect(found(code, { workloads: open(), more: "sweep: { load.rate: [1, 2] }" })).toEqual([]);
  });

  it("says nothing of a rate that could not be read, which has its diagnostic", () => {
    expect(found(code, { workloads: open(", load: { rate: inf }") })).toEqual([]);
    expect(found("wrong-type", { workloads: open(", load: { rate: inf }") })).toHaveLength(1);
  });

  it("wants none of what a search for the peak brings rates to, and one of a ramp, which it does not search", () => {
    const more = "peak: { from: 4 }";
    expect(found(code, { workloads: open(), more })).toEqual([]);
    expect(found(code, { workloads: open(", arrivals: { kind: ramp, to: 9, seconds: 9 }"), more })).toHaveLength(1);
  });

  it("is an error too where one row sets it and the others do not", () => {
    const design = isolation("{ id: r8, set: { load.rate: 8 } }");
    expect(found(code, { workloads: open(), design })[0]?.message).toMatch(/^`baseline` sets no/);
  });

  it("wants none for steps and traces, nor of other scenarios and skipped rows", () => {
    expect(found(code, { workloads: open(", arrivals: { kind: steps, steps: [{ rate: 1, seconds: 9 }] }") })).toEqual(
      [],
    );
    const trace = ", arrivals: { kind: trace, path: t.csv, format: csv }";
    expect(found(code, { workloads: open(trace) })).toEqual([]);
    expect(found(code, { workloads: open(", arrivals: { kind: ramp, to: 9, seconds: 9 }") })).toHaveLength(1);
    expect(found(code, {})).toEqual([]);
    const design = isolation("{ id: off, set: { load.rate: null }, skip: later }");
    expect(found(code, { workloads: open(), design, baseline: "{ knobs: { load.rate: 4 } }" })).toEqual([]);
  });

  it("leaves a rate that is none to the diagnostic of its own", () => {
    const workloads = "[{ scenario: open, dataset: { kind: synthetic }, load: { rate: inf } }]";
    expect(found(code, { workloads })).toEqual([]);
  });
});

describe("concurrency-above-requests", () => {
  const code = "concurrency-above-requests";
  const closed = (load: string) =>
    `[{ scenario: closed, dataset: { kind: synthetic, profile: chat }, load: ${load}, counts: { smoke: { requests: 32 }, screen: { requests: 64 } } }]`;

  it("warns at the workload's own concurrency", () => {
    const [one, ...others] = found(code, { workloads: closed("{ concurrency: 65 }") });
    expect(one).toMatchObject({ severity: "warning", at: "65" });
    expect(one?.message).toContain("sends 64 requests at fidelity screen");
    expect(one?.hint).toContain("counts.screen.requests");
    expect(others).toEqual([]);
    expect(found(code, { workloads: closed("{ concurrency: 64 }") })).toEqual([]);
  });

  it("is silent where the load goes on for some seconds, however many requests that takes", () => {
    const workloads = closed("{ concurrency: 65 }").replace("screen: { requests: 64 }", "screen: { seconds: 30 }");
    expect(found(code, { workloads })).toEqual([]);
  });

  it("judges by the fidelity that was chosen", () => {
    const workloads = closed("{ concurrency: 48 }");
    expect(found(code, { workloads })).toEqual([]);
    expect(found(code, { workloads }, { overrides: { fidelity: "smoke" } })).toHaveLength(1);
  });

  it("says each point of a sweep once, however many rows it crosses", () => {
    const more = "sweep: { load.concurrency: [8, 100, 200] }";
    expect(found(code, { workloads: closed("{ concurrency: 500 }"), more }).map(({ at }) => at)).toEqual([
      "100",
      "200",
    ]);
  });

  it("points into the row that sets it", () => {
    const design = isolation("{ id: c99, set: { load.concurrency: 99 } }");
    const [one, ...others] = found(code, { workloads: closed("{ concurrency: 8 }"), design });
    expect(one?.at).toBe("99");
    expect(others).toEqual([]);
  });

  it("leaves offline workloads alone", () => {
    expect(found(code, { more: "sweep: { load.concurrency: [5000] }" })).toEqual([]);
  });
});

describe("curve-without-load", () => {
  const code = "curve-without-load";
  const parts = {
    design: "{ kind: curve }",
    workloads:
      "[{ workload: w, scenario: closed, load: { concurrency: 4 }, dataset: { kind: synthetic, profile: chat } }]",
  };

  it("warns where no load is swept", () => {
    for (const more of ["", "sweep: { dataset.input_tokens: [128, 256] }"]) {
      const [problem, ...others] = found(code, { ...parts, more });
      expect(problem).toMatchObject({
        severity: "warning",
        hint: expect.stringContaining("sweep: { load.concurrency"),
      });
      expect(others).toEqual([]);
    }
  });

  it("takes a swept load, of a workload's own too, and says nothing of other designs", () => {
    expect(found(code, { ...parts, more: "sweep: { load.concurrency: [1, 4] }" })).toEqual([]);
    const workloads = parts.workloads.replace("workload: w", "workload: w, sweep: { load.concurrency: [1, 4] }");
    expect(found(code, { ...parts, workloads })).toEqual([]);
    expect(found(code, { workloads: parts.workloads })).toEqual([]);
  });
});

describe("stop-without-load", () => {
  const code = "stop-without-load";
  const stop = "stop: { ttft_p50_ms: 300 }";
  const one = (members: string) => `{ dataset: { kind: synthetic, profile: chat }, ${members} }`;
  const closed = one("workload: w, scenario: closed, load: { concurrency: 4 }");

  it("is an error where no load is swept, at the rule", () => {
    const [problem, ...others] = found(code, { workloads: `[${closed}]`, more: stop });
    expect(problem).toMatchObject({
      severity: "error",
      at: "stop",
      message: "`stop` ends a curve at a load, and no workload sweeps one",
    });
    expect(problem?.hint).toContain("sweep: { load.concurrency");
    expect(others).toEqual([]);
  });

  it("names the workload whose own rule has no curve", () => {
    const workloads = `[${one(`workload: w, scenario: closed, load: { concurrency: 4 }, ${stop}`)}]`;
    expect(found(code, { workloads })[0]?.message).toBe("`stop` ends a curve at a load, and workload `w` sweeps none");
  });

  it("wants one workload with a swept load, and nothing without a rule", () => {
    expect(found(code, { workloads: `[${closed}]`, more: `${stop}\nsweep: { load.concurrency: [1, 4] }` })).toEqual([]);
    expect(found(code, { workloads: `[${closed}]` })).toEqual([]);
  });
});

describe("stop-never-judged", () => {
  const code = "stop-never-judged";
  const workloads = (counts: string) =>
    `[{ workload: w, scenario: closed, dataset: { kind: synthetic, profile: chat }, counts: { screen: ${counts} } }]`;
  const more = "sweep: { load.concurrency: [1, 4] }\nstop: { ttft_p99_ms: 5000, e2e_p50_ms: 9000, failed_share: 0.5 }";

  it("warns of a percentile that a trial is too small to have", () => {
    const [problem, ...others] = found(code, { workloads: workloads("{ requests: 64, seconds: 0 }"), more });
    expect(problem).toMatchObject({
      severity: "warning",
      at: "ttft_p99_ms",
      message:
        "`ttft_p99_ms` never ends a curve of workload `w`: a trial has 64 requests at fidelity screen, and p99 needs 368",
      hint: "raise `counts.screen.requests` of the workload, or stop at a lower percentile (p50 needs 6)",
    });
    expect(others).toEqual([]);
  });

  it("takes enough requests, and a window that may have more", () => {
    for (const counts of ["{ requests: 368, seconds: 0 }", "{ requests: 64, seconds: 30 }"])
      expect(found(code, { workloads: workloads(counts), more })).toEqual([]);
  });
});

describe("load-knob-without-effect", () => {
  const code = "load-knob-without-effect";
  const workload = (scenario: string, load: string, name = "w") =>
    `{ workload: ${name}, scenario: ${scenario}, dataset: { kind: synthetic, profile: chat }, load: ${load} }`;

  it("warns of a concurrency on an offline workload, wherever it is set", () => {
    const design = isolation("{ id: c4, set: { load.concurrency: 4 } }");
    const [one, ...others] = found(code, { workloads: `[${workload("offline", "{}")}]`, design });
    expect(one).toMatchObject({ severity: "warning", at: "load.concurrency" });
    expect(one?.message).toBe("`load.concurrency` does nothing for `w`: the scenario is offline");
    expect(one?.hint).toContain("`scenario: closed`");
    expect(others).toEqual([]);
    expect(found(code, { baseline: "{ knobs: { load.concurrency: 4 } }" })).toHaveLength(1);
    const both = `[${workload("offline", "{}")}, ${workload("open", "{ rate: 4 }", "o")}]`;
    expect(found(code, { workloads: both, design })[0]?.message).toBe(
      "`load.concurrency` does nothing for `w`: the scenario is offline; and for `o`: the scenario is open",
    );
    expect(found(code, { more: "sweep: { load.concurrency: [1, 2] }" })).toHaveLength(1);
  });

  it("asks an axis of a workload's own of no other", () => {
    const open = workload("open", "{ rate: 1 }", "online");
    const swept = `${open.slice(0, -2)}, sweep: { load.rate: [1, 2] } }`;
    expect(found(code, { workloads: `[${swept}, ${workload("offline", "{}", "batch")}]` })).toEqual([]);
    expect(
      found(code, {
        workloads: `[${open}, ${workload("offline", "{}", "batch")}]`,
        more: "sweep: { load.rate: [1, 2] }",
      }),
    ).toHaveLength(1);
  });

  it("warns of a rate that arrivals with their own do not read, and of an expectation that sizes nothing", () => {
    const steps = workload("open", "{}").replace(
      "scenario",
      "arrivals: { kind: steps, steps: [{ rate: 1, seconds: 9 }] }, scenario",
    );
    const [rate, ...others] = found(code, { workloads: `[${steps}]`, baseline: "{ knobs: { load.rate: 4 } }" });
    expect(rate?.message).toBe("`load.rate` does nothing for `w`: its steps arrivals have their own rates");
    expect(others).toEqual([]);
    const [expected] = found(code, { baseline: "{ knobs: { load.expected_rate: 4 } }" });
    expect(expected?.message).toContain("it has no ruleset, and asks what its counts say");
  });

  it("is an error of an axis, whose points would all be the same, unless it is narrowed or excluded", () => {
    const online = workload("open", "{ rate: 2 }", "online");
    const batch = workload("offline", "{}", "batch");
    const more = "sweep: { load.rate: [1, 2, 4] }";
    const [one, ...others] = found(code, { workloads: `[${online}, ${batch}]`, more });
    expect(one).toMatchObject({ severity: "error", at: "load.rate" });
    expect(one?.message).toBe("`load.rate` does nothing for `batch`: the scenario is offline");
    expect(one?.hint).toContain("`sweep: { load.rate: … }` in `online`");
    expect(others).toEqual([]);
    const design = "{ kind: combination, factors: { load.rate: [1, 2] } }";
    expect(found(code, { workloads: `[${batch}]`, design })).toMatchObject([{ severity: "error" }]);

    const of = (own: string) => `[${online.replace("workload:", `${own} workload:`)}, ${batch}]`;
    expect(found(code, { workloads: of("sweep: { load.rate: [1, 2, 4] },") })).toEqual([]);
    const narrowed = batch.replace("workload:", "sweep: { load.rate: [1] }, workload:");
    expect(found(code, { workloads: `[${online}, ${narrowed}]`, more })).toEqual([]);
    const exclude = "exclude: [{ workload: batch, load.rate: [2, 4] }]";
    expect(found(code, { workloads: `[${online}, ${batch}]`, more: `${more}\n${exclude}` })).toMatchObject([
      { severity: "warning" },
    ]);
  });

  it("names the workloads that do not read it, and no others", () => {
    const workloads = `[${workload("offline", "{}", "batch")}, ${workload("closed", "{ concurrency: 2 }", "chat")}]`;
    const [one, ...others] = found(code, { workloads, more: "sweep: { load.concurrency: [1, 2] }" });
    expect(one?.message).toContain("does nothing for `batch`:");
    expect(others).toEqual([]);
  });

  it("leaves what is read alone, and what is only excluded", () => {
    const baseline = "{ knobs: { load.batch_size: 4, load.barrier: false } }";
    expect(found(code, { workloads: `[${workload("offline", "{}")}]`, baseline })).toEqual([]);
    expect(found(code, { design: combination("{ load.concurrency: 4 }") })).toEqual([]);
  });
});
