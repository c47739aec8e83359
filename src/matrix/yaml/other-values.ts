import { plainWord } from "./nearest.ts";

/** Words that other tools use for one of the choices of a member, by the end of its pointer. */
const otherValues: readonly { of: RegExp; words: Readonly<Record<string, string>> }[] = [
  {
    of: /^\/design\/kind$/,
    words: {
      curve: "baseline single none scan load_sweep pareto frontier latency_curve benchmark",
      combination: "grid factorial full_factorial full matrix cartesian product sweep cross grid_search combinations",
      isolation: "ablation one_at_a_time ofat oat single_change one_factor isolated",
      stacked: "cumulative incremental ladder stack sequential waterfall",
      duel: "ab ab_test a/b compare comparison paired versus head_to_head pairwise",
    },
  },
  {
    of: /\/scenario$/,
    words: {
      closed: "concurrency concurrent closed_loop streams users synchronous sync",
      open: "rate online poisson constant open_loop async qps request_rate serving",
      offline: "batch throughput static inf burst",
      server: "mlperf_server",
      single_stream: "singlestream latency",
      multi_stream: "multistream",
    },
  },
  {
    of: /\/dataset\/kind$/,
    words: {
      synthetic: "random made generated prefix_repetition dummy fixed generated-shared-prefix",
      jsonl: "custom file json local hf huggingface mtbench gsm8k",
      "cnn-dailymail": "cnn_dailymail cnn cnn_daily_mail mlperf",
      conversations: "multi_turn multi-turn multiturn chat sessions",
      sharegpt: "share_gpt sharegpt_v3",
    },
  },
  {
    of: /\/arrivals\/kind$/,
    words: {
      constant: "uniform fixed even",
      poisson: "exponential random",
      gamma: "bursty burst burstiness",
      ramp: "linear ramp_up rampup",
      steps: "stages staged step",
      trace: "replay timestamps",
    },
  },
  {
    of: /\/distribution$/,
    words: {
      fixed: "constant const exact",
      uniform: "range random",
      normal: "gaussian",
      lognormal: "log_normal log-normal",
      exponential: "poisson",
    },
  },
  {
    of: /\/endpoint$/,
    words: {
      chat: "openai-chat chat_completions chat/completions /v1/chat/completions",
      completions: "openai completion /v1/completions generate vllm",
    },
  },
];

/** The choice of a member that another tool calls so; null where it is not known. */
export function otherValue(pointer: string, value: string): string | null {
  const spellings = [value.toLowerCase(), plainWord(value)];
  const row = otherValues.find(({ of }) => of.test(pointer));
  const found = Object.entries(row?.words ?? {}).find(([, words]) =>
    words.split(" ").some((word) => spellings.includes(word)),
  );
  return found?.[0] ?? null;
}
