import type { Json } from "../../schema/json.ts";
import { type Fidelity } from "../../schema/fidelity.ts";
import { defaultScenario } from "../../schema/scenario.ts";
import { Sampling, type FilledCount, type Workload } from "../../schema/workload.ts";

/** What a workload is where it says nothing. Times in seconds. */
export const workloadDefaults = {
  scenario: defaultScenario,
  endpoint: "completions",
  /** Synthetic prompts are made as token ids, so that their lengths are exact, where the endpoint takes any. */
  prompt: { synthetic: { completions: "tokens", chat: "text" }, written: "text" },
  order: "declared",
  /** Between client chunks, as the MLPerf reference does. */
  barrier: true,
  /** Of an open loop: independent users, each of whom sends seldom, make a Poisson process. */
  arrivals: { kind: "poisson" },
  /** `chat`: of synthetic prompts that say nothing of their form. */
  promptLengths: { chat: "nearest", otherwise: "as_made" },
  warmupRequests: 8,
  /** Where a workload asks for `until_steady: {}`. */
  untilSteady: { cv: 0.05, over: 30, longest_s: 60 },
  cache: "reset",
  deadlineS: 600,
  /** 600 s is the shortest run that MLPerf Inference accepts (`min_duration`); how many requests that takes is the workload's to say. */
  counts: {
    smoke: { requests: 64, seconds: 0, repeats: 1 },
    screen: { requests: 512, seconds: 10 },
    valid: { requests: 2048, seconds: 600 },
    submission: { requests: 2048, seconds: 600 },
  } satisfies Record<Fidelity, FilledCount>,
} as const;

/** What a study is where it says nothing. */
export const studyDefaults = {
  repeats: 4,
  order: "interleaved",
  seed: 20260101,
  fidelity: "screen",
  launch: "each",
  baselineId: "baseline",
  /** Drivers and containers take minutes to set up at most. */
  hookDeadlineS: 300,
  smallestEffect: 0.02,
  peak: { tolerance: 0.05, tries: 12, share: 0.99, sustain: true },
} as const;

/** The `default` of every sampling parameter, as the schema has it. */
export function samplingDefaults(): Workload["sampling"] {
  const entries = Object.entries(Sampling.properties as object).map(([name, schema]) => [
    name,
    (schema as { default?: Json }).default ?? null,
  ]);
  return Object.fromEntries(entries) as Workload["sampling"];
}
