import { andMore } from "../row-groups.ts";
import { hasNoLimit, longestLength } from "../../schema/answer-lengths.ts";
import type { DatasetDeclaration, LengthDistribution } from "../../schema/dataset-declaration.ts";
import { conversationLengths, lengthProfiles } from "../../schema/length-profiles.ts";
import { usedDatasets, type UsedDataset, type Workload } from "../../schema/workload.ts";
import type { LintContext, Rule, RuleFinding } from "../rule.ts";
import { datasetMemberPlace, userName } from "../workload/experiment-workloads.ts";

/**
 * Requests whose prompt and answer are longer than the engine was told to take: it refuses each of them. An error where all
 * or the longest of evenly drawn lengths do not fit; a warning where only the tail of a distribution does not.
 */
export const requestOverLength: Rule = {
  code: "request-over-length",
  severity: "error",
  eachSystem: true,
  check(context) {
    const { study, expansion, valueOf } = context;
    const knob = study.engine.modelLength?.knob;
    if (knob === undefined) return [];
    const found = new Map<string, RuleFinding & { row: string; more: number }>();
    // The same few workloads and limits come again and again.
    const seen = new Map<Workload, Map<number, string[]>>();
    for (const { skip, knobs, workload, labels } of expansion.experiments) {
      const limit = valueOf(knobs, knob);
      if (skip !== null || typeof limit !== "number" || limit <= 0) continue;
      const ofWorkload = seen.get(workload) ?? new Map<number, string[]>();
      seen.set(workload, ofWorkload);
      let keys = ofWorkload.get(limit);
      if (keys === undefined) {
        keys = usedDatasets(workload).flatMap((used) => {
          const finding = faultOf(context, workload, used, { knob, limit });
          if (finding === null) return [];
          const known = found.get(finding.pointer);
          if (known === undefined) found.set(finding.pointer, { ...finding, row: labels.name, more: -1 });
          return [finding.pointer];
        });
        ofWorkload.set(limit, keys);
      }
      for (const key of keys) found.get(key)!.more += 1;
    }
    return [...found.values()].map(({ row, more, message, ...finding }) => {
      return { ...finding, message: `${message} of \`${row}\`${andMore(more)}` };
    });
  },
};

function faultOf(
  context: LintContext,
  workload: Workload,
  used: UsedDataset,
  { knob, limit }: { knob: string; limit: number },
): RuleFinding | null {
  const lengths = lengthsOf(workload, used);
  // A distribution that lacks its bound has its diagnostic.
  if (lengths === null || !(lengths.longest > limit)) return null;
  const index = context.study.workloads.findIndex(({ name }) => name === workload.name);
  const place = `/workloads/${index}`;
  const isCertain = lengths.shortest > limit || lengths.isEven;
  const asks =
    lengths.shortest > limit && !lengths.isEven ? `at least ${lengths.shortest}` : `up to ${lengths.longest}`;
  return {
    pointer: datasetMemberPlace(context, { workload, place }, used, "input_tokens"),
    aim: "value",
    message: `${userName(workload, used)} asks for ${asks} tokens a request, prompt and answer, and \`${knob}\` is ${limit} in the experiment`,
    hint: `raise \`${knob}\` to ${lengths.longest}, or shorten prompts or answers: the engine refuses what is longer`,
    ...(isCertain ? {} : { severity: "warning" as const }),
  };
}

/** Tokens of a request, prompt and answer together. */
interface Lengths {
  shortest: number;
  longest: number;
  /** True where the longest are as likely as any. */
  isEven: boolean;
}

/** Null of datasets whose prompts only their files know, unless the answer alone is too long to matter. */
function lengthsOf(workload: Workload, { dataset, requestClass }: UsedDataset): Lengths | null {
  const limit = requestClass?.sampling?.max_tokens ?? workload.sampling.max_tokens;
  const most = workload.load.truncate_prompt_tokens ?? Infinity;
  const parts = partsOf(dataset);
  if (parts === null) {
    // One token of a prompt at least, and an answer for which there has to be room.
    return hasNoLimit(workload) ? null : { shortest: 1 + limit, longest: 1 + limit, isEven: true };
  }
  const { input, output, turns, before } = parts;
  const sum = (length: (of: LengthDistribution) => number): number =>
    before + length(turns) * (Math.min(length(input), most) + Math.min(length(output), limit));
  return {
    shortest: sum(shortestLength),
    longest: sum(longestLength),
    isEven: [input, output, turns].every(({ distribution }) => distribution === "fixed" || distribution === "uniform"),
  };
}

const once: LengthDistribution = { distribution: "fixed", value: 1 };

/** What the requests of a dataset are made of; a turn carries those before it. Null where a file says it. */
function partsOf(
  dataset: DatasetDeclaration,
): { input: LengthDistribution; output: LengthDistribution; turns: LengthDistribution; before: number } | null {
  switch (dataset.kind) {
    case "synthetic": {
      const profile = lengthProfiles[dataset.profile ?? "chat"];
      const { input_tokens: input = profile.input, output_tokens: output = profile.output } = dataset;
      return { input, output, turns: once, before: 0 };
    }
    case "conversations": {
      const { turns = conversationLengths.turns, system_tokens: before = 0 } = dataset;
      const { input_tokens: input = conversationLengths.input, output_tokens: output = conversationLengths.output } =
        dataset;
      return { input, output, turns, before };
    }
    default:
      return null;
  }
}

function shortestLength(distribution: LengthDistribution): number {
  return distribution.distribution === "fixed" ? distribution.value : distribution.min;
}
