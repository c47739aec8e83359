import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, type TestContext } from "vitest";
import type { ReportInput } from "../../src/report/index.ts";
import { reportData } from "../../src/report/pages.ts";
import type { Relation } from "../../src/report/relations/relation.ts";
import { publishedData } from "../support/published-data.ts";
import { doubtsOf } from "../support/published-doubts.ts";
import { publishedRuns, type PublishedRun } from "../support/published-llama31b.ts";
import { publishedStudy } from "../support/published-llama31b-study.ts";
import { csvRows, differencesFrom, pageRows, type PublishedRow } from "../support/published-tables.ts";

/**
 * The published study that this project started from, read again from its logs: its tables have to come out of our relations with
 * the same figures, and each one that does not is named here with what its log says.
 */
const studies = {
  isolation: { folder: "throughput/isolation_one_change", design: "isolation", baseline: "exp_00" },
  stacked: { folder: "throughput/progression_full_stack", design: "stacked", baseline: "stk_00_baseline" },
  quantisation: {
    folder: "throughput/Quant_APC_chunked",
    design: "isolation",
    baseline: "baseline",
    failed: ["quant_int8_weights"],
  },
  accuracy: { folder: "accuracy", design: "isolation", baseline: "acc_baseline" },
} as const;
type Name = keyof typeof studies;

function results(context: TestContext): string {
  return join(publishedData(context, "llama31b-benchmark"), "results");
}

function runsOf(context: TestContext, name: Name): PublishedRun[] {
  return publishedRuns(join(results(context), studies[name].folder));
}

function studyOf(context: TestContext, name: Name): ReportInput {
  const purpose = name === "accuracy" ? "accuracy" : "performance";
  return publishedStudy(runsOf(context, name), { ...studies[name], name, purpose });
}

function tableOf(input: ReportInput): Relation {
  return reportData(input).tables["results"]!;
}

/** The rows of a study's summary, each figure under the column of ours that has it. */
function summaryOf(
  context: TestContext,
  name: Name,
  file: string,
  columns: { [column: string]: string },
): PublishedRow[] {
  const rows = csvRows(readFileSync(join(results(context), studies[name].folder, file), "utf8"));
  const seconds = (column: string): { scale?: number } => (column.endsWith("_ns") ? { scale: 1e9 } : {});
  return rows.map((row) => ({
    name: Object.values(row).find((value) => /^(exp|stk|acc|combo|quant|cp|prefix|baseline)(_|$)/.test(value)) ?? "",
    printed: Object.fromEntries(
      Object.entries(columns).flatMap(([ours, theirs]) => {
        const text = row[theirs] ?? "";
        return text === "" || /^(N\/A|FAILED)$/.test(text) ? [] : [[ours, { text, ...seconds(theirs) }] as const];
      }),
    ),
  }));
}

/** The page that the results were published with, as a text; `CETERIS_PUBLISHED_PAGE` names it. */
function pageOf(context: TestContext): string {
  const file = process.env["CETERIS_PUBLISHED_PAGE"];
  if (!file) return context.skip("CETERIS_PUBLISHED_PAGE does not name the page of the published study");
  if (!existsSync(file)) throw new Error(`CETERIS_PUBLISHED_PAGE: there is no ${file}`);
  return readFileSync(file, "utf8");
}

describe("the published runs, read from their logs", () => {
  it("have the figures of their isolation summary", (context) => {
    const rows = summaryOf(context, "isolation", "results_summary.csv", {
      output_throughput: "tokens_per_sec",
      verdict: "valid",
      e2e_p50: "p50_latency_s",
      e2e_p99: "p99_latency_s",
    });
    expect(rows).toHaveLength(20);
    expect(differencesFrom(tableOf(studyOf(context, "isolation")), rows)).toEqual([]);
  });

  it("have the figures of their stacked summary, but for a run that it took from elsewhere", (context) => {
    const rows = summaryOf(context, "stacked", "Stacked_summary.csv", {
      output_throughput: "tokens_per_second",
      verdict: "result",
      e2e_p50: "p50_ns",
      e2e_p99: "p99_ns",
    });
    expect(rows).toHaveLength(10);
    expect(differencesFrom(tableOf(studyOf(context, "stacked")), rows)).toEqual([
      "stk_02_bs1024 output_throughput: printed 3321.76, ours 3320.49",
      "stk_02_bs1024 e2e_p50: printed 191406898069, ours 273762241702",
      "stk_02_bs1024 e2e_p99: printed 509218465105, ours 512375807702",
    ]);
  });

  it("have the figures of their quantisation summary, but for one that its own log contradicts", (context) => {
    const rows = summaryOf(context, "quantisation", "Quant_prefill_prefix_summary.csv", {
      output_throughput: "tokens_per_sec_result",
      verdict: "mlperf_result",
      e2e_p50: "p50_latency_ns",
      e2e_p99: "p99_latency_ns",
    });
    expect(rows).toHaveLength(7);
    expect(differencesFrom(tableOf(studyOf(context, "quantisation")), rows)).toEqual([
      "cp_off output_throughput: printed 587.32, ours 687.20",
    ]);
  });

  it("have the scores of their accuracy summary", (context) => {
    const rows = csvRows(readFileSync(join(results(context), "accuracy", "accuracy_summary.csv"), "utf8"));
    const printed = rows.flatMap(({ exp_id: name = "", rouge1 = "" }): PublishedRow[] =>
      rouge1 === "N/A" ? [] : [{ name, printed: { rouge1: { text: rouge1 } } }],
    );
    expect(printed).toHaveLength(18);
    expect(differencesFrom(tableOf(studyOf(context, "accuracy")), printed)).toEqual([]);
  });

  it("are doubted where a figure and its own log cannot both be right", (context) => {
    expect(doubtsOf(runsOf(context, "isolation"))).toEqual([
      "exp_00b: its log ends after 1590.6 s, and says that the last answer came after 1468.5 s",
      "exp_01: its log ends after 1588.3 s, and says that the last answer came after 1631.6 s",
      "exp_02: it has figures, and its engine never started (TypeError: EngineArgs.__init__() got an )",
      "exp_02: it has figures without a log of them",
      "exp_02: it took 1726 s, and exp_03 began 59 s after it",
      "exp_03: its log ends after 1644.5 s, and says that the last answer came after 1610.3 s",
      "exp_04: its log ends after 1636.7 s, and says that the last answer came after 1995.6 s",
      "exp_04: it took 2022 s, and exp_05 began 1706 s after it",
      "exp_05: its log ends after 1576.8 s, and says that the last answer came after 1558.2 s",
      "exp_06: its log ends after 1589.5 s, and says that the last answer came after 1609.0 s",
      "exp_07: its log ends after 1579.0 s, and says that the last answer came after 1534.2 s",
      "exp_08: its log ends after 1577.7 s, and says that the last answer came after 1526.8 s",
      "exp_09: its log ends after 1580.7 s, and says that the last answer came after 1571.2 s",
      "exp_11: its log ends after 1592.3 s, and says that the last answer came after 1511.8 s",
      "exp_12: it has figures, and its engine never started (RuntimeError: Engine core initialization)",
      "exp_12: it has figures without a log of them",
      "exp_12: it took 1366 s, and exp_13 began 92 s after it",
      "exp_15: its log ends after 1606.1 s, and says that the last answer came after 1534.2 s",
      "exp_16: its log ends after 1580.0 s, and says that the last answer came after 1549.2 s",
      "exp_17: its log ends after 1592.2 s, and says that the last answer came after 1581.5 s",
    ]);
    expect(doubtsOf(runsOf(context, "stacked"))).toEqual([]);
    expect(doubtsOf(runsOf(context, "quantisation"))).toEqual([
      "cp_off: its result says 587.32 tok/s, its log 687.203",
    ]);
    expect(doubtsOf(runsOf(context, "accuracy"))).toEqual([
      "combo_acc_fp8_kv2668: it declares FP8, and its engine resolved quantization=None",
      "combo_acc_fp8_bs1024: it declares FP8, and its engine resolved quantization=None",
    ]);
  });

  it("show by our findings which arms are one program, and what a change of one knob moved", (context) => {
    const says = (name: Name, rule: string): string[] =>
      (studyOf(context, name).findings ?? []).filter((one) => one.rule === rule).map((one) => one.says.split(":")[0]!);
    expect(says("isolation", "contradictions")).toEqual([
      "exp_00 and exp_07 resolved to the same configuration, and yet differ by -2.9 % with one launch each",
      "exp_00b and exp_06 resolved to the same configuration, and yet differ by +9.6 % with one launch each",
    ]);
    expect(says("stacked", "contradictions")).toEqual([
      "stk_03_kv2668 and stk_04_sort resolved to the same configuration, and yet differ by +2.4 % with one launch each",
      "stk_07_compile3 and stk_08_expandable resolved to the same configuration, and yet differ by +5.2 % with one launch each",
    ]);
    const both = studyOf(context, "isolation").study.contrasts.filter(({ changed }) => Object.keys(changed).length > 1);
    expect(both.map(({ treatment, changed }) => `${treatment}: ${Object.keys(changed).join(" and ")}`)).toEqual([
      "exp_00b: max_model_len and max_num_batched_tokens",
      "exp_06: max_model_len and max_num_batched_tokens",
      "exp_08: max_model_len and max_num_batched_tokens",
      "exp_09: max_model_len and max_num_batched_tokens",
      "exp_10: dtype and quantization",
      "exp_12: dtype and kv_cache_dtype and quantization",
    ]);
  });

  it("decide nothing by our rules: one launch each", (context) => {
    const { answer } = reportData(studyOf(context, "isolation")).facts;
    expect(answer.main).toBe("Nothing is decided: one launch each has no interval. Largest: exp_14, +120 %.");
  });
});

describe("the tables of the page that the results were published with", () => {
  const differences = (context: TestContext, name: Name, table: Parameters<typeof pageRows>[1] = name): string[] =>
    differencesFrom(tableOf(studyOf(context, name)), pageRows(pageOf(context), table));

  it("come out of our relations with the same figures: isolation", (context) => {
    expect(pageRows(pageOf(context), "isolation")).toHaveLength(20);
    expect(differences(context, "isolation")).toEqual([]);
  });

  it("come out of our relations with the same figures: stacked", (context) => {
    expect(pageRows(pageOf(context), "stacked")).toHaveLength(10);
    // An INVALID run is compared with nothing, and the page's figures of it are those of another run.
    expect(differences(context, "stacked")).toEqual([
      "stk_02_bs1024 output_throughput: printed 3321.76, ours 3320.49",
      "stk_02_bs1024 change: printed +205.02%, ours –",
      "stk_02_bs1024 e2e_p50: printed 191.41, ours 273.76",
      "stk_02_bs1024 e2e_p99: printed 509.22, ours 512.38",
    ]);
  });

  it("come out of our relations with the same figures: quantisation, whose latencies the page prints in thousands of seconds", (context) => {
    const rows = pageRows(pageOf(context), "quantisation").map(({ name, printed }) => ({
      name,
      printed: Object.fromEntries(
        Object.entries(printed).map(([column, one]) => [
          column,
          column.startsWith("e2e") ? { ...one, scale: 1e-3 } : one,
        ]),
      ),
    }));
    expect(rows).toHaveLength(7);
    expect(differencesFrom(tableOf(studyOf(context, "quantisation")), rows)).toEqual([
      "cp_off output_throughput: printed 587.32, ours 687.20",
      "cp_off change: printed -14.37%, ours +0.19%",
    ]);
  });

  it("come out of our relations with the same figures: accuracy, but for a run that left no log", (context) => {
    const rows = pageRows(pageOf(context), "accuracy");
    expect(rows).toHaveLength(14);
    const { results: table, effects } = reportData(studyOf(context, "accuracy")).tables;
    const ofResults = rows.map(({ name, printed: { rougeL: _rougeL, ...printed } }) => ({ name, printed }));
    expect(differencesFrom(table!, ofResults)).toEqual(["combo_acc_full_optimal: it has no log"]);
    // ROUGE-L stands in the table of effects alone, which has no row of the baseline.
    const ofEffects = rows.flatMap(({ name, printed: { rougeL } }) =>
      rougeL === undefined || name === "acc_baseline" ? [] : [{ name, printed: { treatment_value: rougeL } }],
    );
    const metric = effects!.columns.findIndex(({ key }) => key === "metric");
    const own = { ...effects!, rows: effects!.rows.filter((row) => row[metric]?.value === "rougeL mean") };
    expect(ofEffects).toHaveLength(10);
    expect(differencesFrom(own, ofEffects)).toEqual([]);
  });

  it("cannot come out where no log was published: combination", (context) => {
    const rows = pageRows(pageOf(context), "combination").filter(({ name }) => name !== "exp_00");
    expect(rows).toHaveLength(9);
    const table = tableOf(studyOf(context, "isolation"));
    expect(differencesFrom(table, rows)).toEqual(rows.map(({ name }) => `${name}: it has no log`));
  });

  it("contradict a sentence beside them: FP8 for the KV cache costs 12.3 % beside FP8 weights, and not 16 %", (context) => {
    const page = pageOf(context);
    const [fp8, both] = ["exp_10", "exp_12"].map((name) =>
      Number(pageRows(page, "isolation").find((row) => row.name === name)?.printed["output_throughput"]?.text),
    ) as [number, number];
    expect(/fp8 KV cache alongside fp8 weights (\S+) vs weights-alone/.exec(page)?.[1]).toBe("-16%");
    expect((100 * (both / fp8 - 1)).toFixed(1)).toBe("-12.3");
  });
});
