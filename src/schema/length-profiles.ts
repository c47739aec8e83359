import type { LengthDistribution, lengthProfiles as profileNames } from "./dataset-declaration.ts";

const lognormal = (median: number, min: number, max: number, sigma = 0.8): LengthDistribution => ({
  distribution: "lognormal",
  median,
  sigma,
  min,
  max,
});

/**
 * Prompt and output lengths in tokens. The first four are those of the benchmarking guide that the product was asked from
 * (lognormal around the given centre with sigma 0.8, clipped). `cnn_dailymail` has the shape that MLPerf's file imposes:
 * prompts up to 2,540 tokens (max_model_len 2,668 less 128), of which about a tenth exceed 1,500, and outputs of 128 at most.
 */
export const lengthProfiles: Record<
  (typeof profileNames)[number],
  { input: LengthDistribution; output: LengthDistribution }
> = {
  chat: { input: lognormal(500, 50, 4_000), output: lognormal(200, 10, 2_000) },
  code_generation: { input: lognormal(1_500, 200, 8_000), output: lognormal(400, 50, 4_000) },
  long_context_qa: { input: lognormal(16_000, 2_000, 128_000), output: lognormal(200, 20, 2_000) },
  summarization: { input: lognormal(4_000, 500, 32_000), output: lognormal(150, 50, 500) },
  cnn_dailymail: { input: lognormal(800, 80, 2_540, 0.5), output: { distribution: "fixed", value: 128 } },
};

/**
 * Conversations where nothing is declared: 3 to 5 turns, and questions and answers shorter than those of `chat`, since
 * each turn carries all before it: at their longest, 5 turns take 5,000 tokens.
 */
export const conversationLengths: Record<"turns" | "input" | "output", LengthDistribution> = {
  turns: { distribution: "uniform", min: 3, max: 5 },
  input: lognormal(100, 10, 500),
  output: lognormal(150, 10, 500),
};
