import { routes } from "../../src/cli/commands.ts";
import { listCommands } from "../../src/cli/listing.ts";
import { table } from "./page.ts";

/** Flags of `vllm bench serve` 0.32.0, and what does the same in `ceteris bench`. */
const counterparts: readonly [theirs: string, ours: string][] = [
  ["`--base-url`, `--host`, `--port`", "`URL`"],
  [
    "`--backend`, `--endpoint`",
    "`--endpoint`: chat or completions; audio, embeddings, pooling and rerank are not measured",
  ],
  ["`--model`, `--served-model-name`", "`--model`: the name that requests use"],
  [
    "`--tokenizer`, `--tokenizer-mode`, `--skip-tokenizer-init`, `--trust-remote-code`",
    "none: prompts are sent as token ids, and the server counts",
  ],
  ["`--num-prompts`", "`--requests`"],
  [
    "`--max-concurrency`",
    "`--concurrency`, in a closed loop. Not beside `--rate`: a cap would hold back requests that are due, and hide the wait",
  ],
  ["`--request-rate R`", "`--rate R`"],
  ["`--request-rate inf`", "`--concurrency` as high as `--requests`"],
  [
    "`--burstiness B`",
    "`--burstiness B`; for `inf`, `--arrivals constant`. Gaps are not rescaled to end at n/R, so arrivals stay Poisson or gamma",
  ],
  ["`--ramp-up-strategy`, `--ramp-up-start-rps`, `--ramp-up-end-rps`", "in a matrix: `arrivals: { kind: ramp, … }`"],
  ["`--self-timed`, `--timed-trace-*`", "in a matrix: `arrivals: { kind: trace, … }`"],
  ["`--probe-request-rate`", "none: `ttft_sched` shows for every request what a probe would show"],
  [
    "`--dataset-name random`, `--random-input-len`, `--random-output-len`, `--input-len`, `--output-len`",
    "the default; `--input-tokens`, `--output-tokens`",
  ],
  ["`--random-range-ratio`, `--range-ratio`", "`--input-tokens 64-256`"],
  ["`--random-prefix-len`, `--prefix-repetition-prefix-len`", "`--shared-prefix-tokens`"],
  [
    "`--prefix-repetition-num-prefixes`, `-suffix-len`, `-output-len`",
    "in a matrix: `prefix_groups` of a synthetic dataset",
  ],
  ["`--dataset-name custom`, `--dataset-path`", "`--dataset FILE.jsonl`"],
  ["`--custom-output-len`, `--sharegpt-output-len`, `--hf-output-len`", "`--output-tokens` with `--ignore-eos`"],
  [
    "`--dataset-name sharegpt`, `hf`, `sonnet`, `burstgpt`, `spec_bench`, `speed_bench`, … and their flags",
    "none: write the prompts as JSONL; a matrix reads ShareGPT files",
  ],
  [
    "`--disable-shuffle`, `--no-oversample`",
    "none: the order is the file's, and a file that is too short starts again",
  ],
  ["`--skip-chat-template`", "`--endpoint completions`"],
  ["`--chat-template-kwargs`, `--enable-multimodal-chat`, `--random-mm-*`", "none: text only"],
  [
    "`--temperature`, `--top-p`, `--top-k`",
    "`--temperature`, `--top-p`, `--top-k`: always sent; theirs are left to the model if they are not given",
  ],
  [
    "`--min-p`, `--frequency-penalty`, `--presence-penalty`, `--repetition-penalty`, `--logprobs`",
    "none: they are left out of requests, which is their neutral value",
  ],
  ["`--extra-body`", "in a matrix: `extra_body`; in an engine file: `request_fields`"],
  ["`--ignore-eos`", "`--ignore-eos`; synthetic lengths are always forced"],
  ["`--seed`", "`--seed`"],
  [
    "`--num-warmups`",
    "`--warmup`; ours are the longest prompts, reversed so that a prefix cache learns nothing of the measured ones; theirs repeat request 0",
  ],
  ["`--ready-check-timeout-sec`", "none: if the server does not answer, `bench` says so at once and exits with 2"],
  ["`--goodput ttft:… tpot:… e2el:…`", "`--slo-ttft-ms`, `--slo-tpot-ms`, `--slo-e2e-ms`"],
  ["`--percentile-metrics`, `--metric-percentiles`", "none: all metrics with all percentiles, always"],
  [
    "`--save-result`, `--save-detailed`, `--result-dir`, `--result-filename`, `--append-result`",
    "always, under `--results`: every request and every token gap, as parquet",
  ],
  [
    "`--metadata`, `--label`, `--request-id-prefix`",
    "`--study`; what describes machine and server is recorded in `trial.json`",
  ],
  [
    "`--plot-timeline`, `--timeline-itl-thresholds`, `--plot-dataset-stats`",
    "`ceteris query` over the views `requests` and `tokens` of [data.md](data.md)",
  ],
  ["`--header`", "`--api-key-env` for the one that is a secret"],
  ["`--insecure`", "none: certificates are checked"],
  ["`--lora-modules`, `--lora-assignment`", "in a matrix: `classes`, each with its `model`"],
  ["`--profile`", "none: a profiled server measures its profiler"],
  ["`--no-stream`", "none: without a stream there is no TTFT"],
  ["`--disable-tqdm`", "none: progress goes to stderr, plain where that is no terminal"],
];

/** The table of `docs/bench.md`. A flag of ours that does not exist is an error. */
export function vllmBenchFlags(): string {
  const bench = listCommands(routes).find(({ name }) => name === "bench");
  const known = new Set(bench?.flags.map(({ name }) => name));
  for (const [theirs, ours] of counterparts) {
    const unknown = (ours.match(/--[a-z][a-z0-9-]*/g) ?? []).filter((flag) => !known.has(flag));
    if (unknown.length > 0) throw new Error(`${theirs}: ceteris bench has no ${unknown.join(", ")}`);
  }
  return table(["theirs", "ours"], counterparts);
}
