import { withBetter } from "../../src/analysis/better.ts";
import { collateral } from "../../src/analysis/collateral.ts";
import { decisions } from "../../src/analysis/decisions.ts";
import { effects } from "../../src/analysis/effects.ts";
import { summaries } from "../../src/analysis/summaries.ts";
import { metricDefinitions } from "../../src/metrics/index.ts";
import type { ReportInput } from "../../src/report/index.ts";
import { fakeStackedStudy } from "./fake-study.ts";

const made: { [origin: string]: ReportInput } = {};

/** The fake stacked study through compare, as a report takes it: a copy each time of what is analysed once. */
export function fakeReportInput(origin: "measured" | "simulated" = "measured"): ReportInput {
  return structuredClone((made[origin] ??= analysed(origin)));
}

function analysed(origin: "measured" | "simulated"): ReportInput {
  const { experiments, contrasts, trials, launches } = fakeStackedStudy(origin);
  const compared = {
    experiments,
    contrasts,
    fidelity: "valid",
    knobPaths: [{ knob: "quantization", path: "model_config.quantization" }],
  };
  const found = withBetter(effects(compared, trials), metricDefinitions);
  return {
    study: {
      name: "fake-study",
      question: "Which serving knobs add up, and where do they stop adding up?",
      matrix: "matrices/fake study.yaml",
      design: "stacked",
      origin: origin === "simulated" ? "simulated" : "measured",
      standIn: origin === "simulated" ? "example/tiny-8b stands in for the real model" : null,
      engine: origin === "simulated" ? "simulated" : "vllm",
      engineTitle: origin === "simulated" ? "Simulated vLLM" : "vLLM",
      declaredEngine: "vllm",
      model: "example/tiny-8b",
      revision: null,
      version: "0.32.0",
      fidelity: "valid",
      repeats: 3,
      order: "interleaved",
      seed: 1,
      baseline: { id: "baseline", label: "stock defaults, BF16", knobs: { max_num_seqs: 16 } },
      experiments,
      contrasts,
      diagnostics: [
        {
          code: "collateral",
          severity: "warning",
          file: "matrices/fake study.yaml",
          line: 12,
          column: 5,
          message: "quantization moves the KV cache's size | by the engine's own rule",
          hint: "Pin kv_cache_memory_bytes to hold it still.",
        },
      ],
    },
    trials,
    launches,
    summaries: summaries(compared, trials, found),
    effects: found,
    decisions: decisions(compared, trials),
    collateral: collateral(compared, trials),
    queries: {
      launches: {
        columns: ["experiment", "launches", "seconds"],
        rows: [
          ["baseline", 3, 38.5],
          ["fp8", 3, null],
        ],
      },
      "slow-starts": { columns: ["check"], rows: [] },
    },
    resultsFolder: "results",
  };
}
