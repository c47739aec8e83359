import { describe, expect, it } from "vitest";
import type { ReportInput } from "../../src/report/index.ts";
import type { FactorialTerm } from "../../src/schema/effect.ts";
import type { Json } from "../../src/schema/json.ts";
import { fakeReportInput } from "../support/fake-report.ts";
import { foundIn, withFigures } from "../support/fake-trials.ts";
import { renderedReport } from "../support/rendered-report.ts";

const rendered = (input: ReportInput = fakeReportInput()): string => renderedReport(input);

function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** Cells of an experiment's row of both tables of results, by the titles of the columns (the second `95 % interval` wins). */
function resultsRow(report: string, name: string): Record<string, string> {
  const lines = report.slice(report.indexOf("## Results")).split("\n");
  const heads = lines.flatMap((line, at) => (line.startsWith("| Experiment") ? [at] : [])).slice(0, 2);
  const cellsAt = (at: number, start: string) => cellsOf(lines.slice(at).find((line) => line.startsWith(start)) ?? "");
  const pairs = heads.flatMap((at) => {
    const row = cellsAt(at, `| ${name} `);
    return cellsAt(at, "| Experiment").map((title, index) => [title, row[index] ?? ""] as const);
  });
  return Object.fromEntries(pairs);
}

describe("the report of a stacked study", () => {
  it("has the seed's table: throughput, change with n and interval, latencies, verdict, accuracy", () => {
    const report = rendered();
    expect(report.split("\n")[0]).toBe("# fake-study");
    expect(report).not.toMatch(/SIMULATED|STAND-IN/);
    expect(resultsRow(report, "fp8")).toMatchObject({
      "What changed": "`quantization=fp8`",
      "tok/s": "1,460.97",
      "Δ baseline, output throughput": "**+34.2 %**",
      n: "3 v 3",
      "E2E p50 (ms)": "581.80",
      "E2E p99 (ms)": "1,156.76",
      "TTFT p50 (ms)": "41.07",
      "TPOT p50 (ms)": "4.11",
      Verdict: "VALID",
      "ROUGE-1": "38.61",
      Δ: "-0.19",
      "Safe to ship": "SHIP",
    });
    expect(resultsRow(report, "len2668")).toMatchObject({
      "Δ baseline, output throughput": "**+42.1 %**",
      "Δ step before": "**+5.9 %**",
      "95 % interval": "[+4.5, +7.2]",
      n: "2 v 3",
      Verdict: "VALID (2 of 3 usable) ¹",
    });
    expect(resultsRow(report, "int8")).toMatchObject({
      "What changed": "`env.PYTORCH_CUDA_ALLOC_CONF=a\\|b`",
      "tok/s": "–",
      Verdict: "FAILED ²",
    });
    expect(resultsRow(report, "sort")).toMatchObject({ n: "–", Verdict: "SKIPPED ³", "Safe to ship": "SKIPPED" });
    expect(resultsRow(report, "baseline")).toMatchObject({
      "Δ baseline, output throughput": "baseline",
      n: "3",
      "Safe to ship": "BASELINE",
    });
  });

  it("explains every row that is not whole: figures, limit, remedy, class, line, hint", () => {
    const report = rendered();
    expect(report).toContain(
      "- ¹ **len2668** INVALID, min-duration: the load took 212 s. Ask more requests: counts.valid.requests of at least 38000.",
    );
    expect(report).toContain(
      String.raw`- ² **int8** FAILED, unsupported-quantization: ValueError: no kernel for w8a8 \| int8 (server.log line 212). Use a checkpoint`,
    );
    expect(report).toContain("- ³ **sort** SKIPPED: the engine has no knob");
  });

  it("says what to do with each change: own effect, corrected p, what was detectable, and the sentence", () => {
    const report = rendered();
    const table = report.slice(report.indexOf("### Safe to ship"));
    const cells = cellsOf(table.split("\n").find((line) => line.startsWith("| len2668")) ?? "");
    expect(cells).toEqual([
      "len2668",
      "**HOLD**",
      "output throughput",
      "fp8",
      "**+5.9 %**",
      "[+4.5, +7.2]",
      "0.002",
      "±2.3 %",
      "2",
    ]);
    expect(table).toContain(
      "- **fp8** SHIP: throughput +34.2 % (+33.4 to +35.0) against baseline, p ≤ 0.001 by Holm over 2 changes; on 3 against 3 launches in 3 blocks; accuracy 99.5 % of the baseline's ROUGE-1 (change -0.8 to -0.2 %), gate 99 % (400 samples); throughput got better and accuracy holds; 2 of 2 guardrails open: failed requests, output length; also moves cache_config.num_gpu_blocks.",
    );
    expect(table).toMatch(
      /- \*\*int8\*\* HOLD: missing: no usable performance trial \(FAILED: .*accuracy not measured/,
    );
    expect(table).toContain("- Drift of output throughput beside baseline: +0.54 % from the first block to the last.");
    expect(table).toContain("random order within a block turns the rest into noise");
    const inOrder = rendered({ ...fakeReportInput(), study: { ...fakeReportInput().study, order: "declared" } });
    expect(inOrder).toContain("but in the declared order drift within a block may look like an effect");
    expect(table).not.toMatch(/^\| (baseline|sort) +\| \*\*/m);
    expect(report).not.toContain("Which knobs add up");
  });

  it("shows which knobs of a combination add up", () => {
    const level = (knob: string, value: Json) => ({ knob, value, base: null });
    const term: FactorialTerm = {
      kind: "main",
      levels: [level("quantization", "fp8")],
      baseline: "baseline",
      metric: "output_throughput",
      stat: "value",
      contexts: [{}, {}],
      ratio: 1.2,
      interval: { lower: 1.19, upper: 1.21 },
      p: 0.0001,
      pAdjusted: 0.0002,
      addsUp: null,
      why: null,
    };
    const pair = { ...term, kind: "interaction" as const, levels: [...term.levels, level("eager", true)] };
    const unknown = { ratio: null, interval: null, pAdjusted: null, addsUp: "not known" as const, why: "no cell" };
    const factorial = [term, { ...pair, ratio: 0.95, addsUp: "no" as const }, { ...pair, ...unknown }];
    const input = { ...fakeReportInput("simulated"), factorial };
    const report = rendered(input);
    const table = report.slice(report.indexOf("### Which knobs add up (SIMULATED, STAND-IN)"));
    const lines = table.split("\n").filter((line) => line.startsWith("| quantization"));
    expect(lines.map(cellsOf)).toEqual([
      ['quantization: null → "fp8"', "output throughput", "+20.0 %", "[+19.0, +21.0]", "≤ 0.001", "", "2"],
      [
        'quantization: null → "fp8" × eager: null → true',
        "output throughput",
        "-5.0 %",
        "[+19.0, +21.0]",
        "≤ 0.001",
        "no",
        "2",
      ],
      ['quantization: null → "fp8" × eager: null → true', "output throughput", "–", "", "–", "not known: no cell", "2"],
    ]);
  });

  it("says which workload a term of a combination belongs to, where there are several", () => {
    const input = fakeReportInput();
    const [one, two] = input.study.experiments;
    const term: FactorialTerm = {
      kind: "main",
      levels: [{ knob: "layout", value: "tp8", base: "tp1" }],
      baseline: "baseline@short",
      metric: "output_throughput",
      stat: "value",
      contexts: [{}],
      ratio: 1.2,
      interval: null,
      p: null,
      pAdjusted: null,
      addsUp: null,
      why: null,
    };
    const experiments = ["short", "long"].map((cell, at) => ({
      ...[one!, two!][at]!,
      labels: { ...one!.labels, row: "baseline", name: `baseline@${cell}` },
    }));
    const factorial = [term, { ...term, baseline: "baseline@long", ratio: 1.1 }];
    const report = rendered({ ...input, study: { ...input.study, experiments }, factorial });
    expect(report).toMatch(/\| short \| layout: "tp1" → "tp8" .*\n\| long +\| layout/);
  });

  it("has no section on collateral where nothing is compared", () => {
    expect(rendered()).toContain("## Collateral");
    expect(rendered({ ...fakeReportInput(), collateral: [] })).not.toContain("## Collateral");
  });

  it("counts whole requests from the intended send where all rows have one, and in seconds where they are long", () => {
    const input = fakeReportInput();
    for (const row of input.summaries) {
      const found = row.figures.filter(({ metric, value }) => metric === "e2e" && value !== null);
      const scheduled = found.map((one) => ({ ...one, metric: "e2e_sched", value: (one.value ?? 0) * 1000 }));
      row.figures = [...row.figures.filter(({ metric }) => metric !== "e2e_sched"), ...scheduled];
    }
    const report = rendered(input);
    expect(resultsRow(report, "fp8")).toMatchObject({ "E2E p50 (s)": "581.80", "E2E p99 (s)": "1,156.76" });
    expect(report).toContain("E2E counts from the intended send, TTFT from the actual one.");
    expect(rendered()).toContain("E2E and TTFT count from the actual send.");
    input.summaries[0]?.figures.splice(0, Infinity, ...(fakeReportInput().summaries[0]?.figures ?? []));
    expect(resultsRow(rendered(input), "fp8")).toMatchObject({ "E2E p50 (ms)": "581.80" });
  });

  it("counts no probe of a search, also not that at the rate which a trial sustains", () => {
    const input = fakeReportInput();
    const counted = /\d+ trials at fidelity `valid`: [^.]*/.exec(rendered(input))?.[0];
    const [first] = input.trials;
    const probe = { ...first!, spec: { ...first!.spec, purpose: "probe" as const, trialId: "probe-1" } };
    const report = rendered({ ...input, trials: [...input.trials, probe] });
    expect(report).toContain(counted);
    expect(report).not.toContain("Left out of this report");
    const ofNone = rendered({ ...input, trials: [...input.trials, probe], peaks: [] });
    expect(ofNone).toContain("1 probe of searches that the matrix no longer has");
  });

  it("says how often prompts went round", () => {
    const input = fakeReportInput();
    const trials = input.trials.map((trial) => {
      const asked = withFigures(trial, [["requests_failed", "value", 0]]);
      const measurements = asked.measurements.map((row) => ({ ...row, n: 900 }));
      return { ...foundIn(asked, { dataset: { samples: 160 } }), measurements };
    });
    expect(rendered({ ...input, trials })).toContain(
      "- baseline: each of its 160 prompts was sent 5.6 times on average",
    );
    expect(rendered(input)).not.toContain("times each");
  });

  it("tells one reason of several trials once", () => {
    const input = fakeReportInput();
    const row = input.summaries[2];
    if (row) row.excluded = [...row.excluded, { trialId: "other-1", why: "late" }, { trialId: "other-2", why: "late" }];
    expect(rendered(input)).toContain("- ² **len2668** late (2 trials)");
  });

  it("says SIMULATED and the stand-in in its first line and in the title of every table", () => {
    const report = rendered(fakeReportInput("simulated"));
    expect(report.split("\n")[0]).toBe(
      "> **SIMULATED.** Every number on this page comes from a simulated engine (Simulated vLLM): nothing was measured on hardware. **STAND-IN:** example/tiny-8b stands in for the real model",
    );
    const titles = report.split("\n").filter((line) => /^#+ |^<summary>/.test(line));
    expect(titles.length).toBeGreaterThan(10);
    for (const title of titles) expect(title).toContain("(SIMULATED, STAND-IN)");
  });

  it("says how many trials are simulated where not all are", () => {
    const input = fakeReportInput();
    const [first, ...others] = input.trials;
    if (first) input.trials = [{ ...first, origin: "simulated" }, ...others];
    expect(rendered(input).split("\n")[0]).toContain("**SIMULATED.** 1 of 12 trials come from a simulated engine");
  });

  it("shows declared against resolved, collateral, warnings, provenance and how to reproduce", () => {
    const report = rendered();
    expect(report).toMatch(/\| \*\*different\*\* +\| `async_scheduling` +\| `true` +\| `false` +\| server_info/);
    expect(report).toContain("Resolved as declared: quantization.");
    expect(report).toMatch(/\| fp8 +\| baseline +\| `cache_config\.num_gpu_blocks` +\| `null` +\| `41000` +\|/);
    expect(report).toContain(String.raw`quantization moves the KV cache's size \| by the engine's own rule`);
    expect(report).toMatch(/\| GPU +\| memory total +\| 79\.6 GiB +\|/);
    expect(report).toContain("- gpu clocks: nvidia-smi is not there");
    expect(report).toContain("ceteris run 'matrices/fake study.yaml' --fidelity valid --seed 1 --repeats 3\n");
    expect(report).toContain("- order interleaved, seed 1, 3 repeats");
    expect(report).toContain("- ceteris 0.1.0 (commit deadbeef) on Node 26.10.0");
    expect(report).toContain("vllm serve example/tiny-8b --port 8123 --note 'two words'");
  });

  it("gives every query a section, without the template knowing its name", () => {
    const input = fakeReportInput();
    input.queries["my-own_table"] = {
      columns: ["a|b", "n"],
      rows: [
        ["x\ny", 1.23456789],
        [null, 2],
      ],
    };
    const report = rendered(input);
    expect(report).toContain("## Slow starts\n\nNone.");
    expect(report).toMatch(/## My own table\n\n\| a\\\|b \| +n \|\n\| ---- \| ------: \|\n\| x y {2}\| 1\.23457 \|\n/);
  });

  it("shows a fact that differs between trials with each value", () => {
    const input = fakeReportInput();
    const [first] = input.trials;
    if (first?.provenance)
      first.provenance = { ...first.provenance, host: { ...first.provenance.host, kernel: "6.2.0" } };
    expect(rendered(input)).toContain("6.2.0 (1 of 12 trials); 6.1.0 (11 of 12 trials)");
  });

  it("leaves out, and counts, trials of another fidelity or of rows that are gone", () => {
    const input = fakeReportInput();
    const [first, second] = input.trials;
    if (first && second) {
      input.trials = [
        ...input.trials,
        { ...first, spec: { ...first.spec, fidelity: "smoke" } },
        { ...second, spec: { ...second.spec, experimentId: "exp1_gone" } },
      ];
    }
    expect(rendered(input)).toContain(
      "Left out of this report: 1 trial of another fidelity than valid; 1 trial of experiments that the matrix no longer has.",
    );
  });

  it("gives the same bytes for the same results", () => {
    expect(rendered(fakeReportInput("simulated"))).toBe(rendered(fakeReportInput("simulated")));
  });
});
