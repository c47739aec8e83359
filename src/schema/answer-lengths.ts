import { conversationLengths, lengthProfiles } from "./dataset-declaration.ts";
import type { DatasetDeclaration, LengthDistribution } from "./dataset-declaration.ts";
import { defaultMaxTokens, usedDatasets, type Workload } from "./workload.ts";

/** The longest length that a distribution gives, in tokens. */
export function longestLength(distribution: LengthDistribution): number {
  return distribution.distribution === "fixed" ? distribution.value : distribution.max;
}

/** The longest answer that a dataset declares, in tokens; null where a file has the lengths, or the model ends its answers. */
export function longestAnswer(dataset: DatasetDeclaration): number | null {
  switch (dataset.kind) {
    case "synthetic":
      return longestLength(dataset.output_tokens ?? lengthProfiles[dataset.profile ?? "chat"].output);
    case "conversations":
      return longestLength(dataset.output_tokens ?? conversationLengths.output);
    default:
      return null;
  }
}

/** True of datasets whose file says how long each answer is to be. */
function hasRecordedLengths(dataset: DatasetDeclaration): boolean {
  return dataset.kind === "trace" || (dataset.kind === "sharegpt" && (dataset.output ?? "recorded") === "recorded");
}

/**
 * The workload with `sampling.max_tokens` as its datasets have it, where nothing sets it: the longest answer that one of them
 * declares, and its default at least. So a declared length is what is asked for.
 */
export function withOwnMaxTokens(workload: Workload): Workload {
  if (workload.maxTokensFollow !== true) return workload;
  const longest = usedDatasets(workload).map(({ dataset }) => longestAnswer(dataset) ?? 0);
  return { ...workload, sampling: { ...workload.sampling, max_tokens: Math.max(defaultMaxTokens, ...longest) } };
}

/** The most tokens that a forced answer may have: `sampling.max_tokens` where something sets it. */
export function mostForced({ maxTokensFollow, sampling }: Pick<Workload, "maxTokensFollow" | "sampling">): number {
  return maxTokensFollow === true ? Infinity : sampling.max_tokens;
}

/** True where the lengths of a file decide, so that no limit is part of what is asked. */
export function hasNoLimit(workload: Workload): boolean {
  return workload.maxTokensFollow === true && usedDatasets(workload).some(({ dataset }) => hasRecordedLengths(dataset));
}
