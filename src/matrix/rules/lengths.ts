import { hasNoLimit, longestLength } from "../../schema/answer-lengths.ts";
import { conversationLengths, lengthProfiles } from "../../schema/dataset-declaration.ts";
import type { DatasetDeclaration, LengthDistribution } from "../../schema/dataset-declaration.ts";
import { usedDatasets, type UsedDataset, type Workload } from "../../schema/workload.ts";
import { andMore } from "../row-groups.ts";
import { oncePerPlace, type LintContext, type RuleFinding, type RuleTable } from "../rule.ts";
import {
  datasetMemberPlace,
  placeOfSetting,
  experimentWorkloads,
  userName,
  datasetsWithPlaces,
  placeOfWorkload,
  workloadsWithPlaces,
} from "../workload/workload-places.ts";

/** Tokens of a request, prompt and answer together. */
interface Lengths {
  shortest: number;
  longest: number;
  /** True where the longest are as likely as any. */
  isEven: boolean;
}

const once: LengthDistribution = { distribution: "fixed", value: 1 };

/** The middle of a distribution that is clipped to its bounds, and the member that says it. */
function middleOf(lengths: Exclude<LengthDistribution, { distribution: "fixed" }>): [name: string, tokens: number] {
  switch (lengths.distribution) {
    case "normal":
      return ["mean", lengths.mean];
    case "lognormal":
      return ["median", lengths.median];
    case "uniform":
      return ["min", lengths.min];
  }
}

/** A length that many of a distribution are below or at: its middle, or the least of evenly drawn ones. */
function manyBelow(lengths: LengthDistribution): number {
  return lengths.distribution === "fixed" ? lengths.value : Math.max(lengths.min, middleOf(lengths)[1]);
}

interface Range {
  min?: number;
  max?: number;
}

/** The members of datasets that say a distribution. */
const members = ["input_tokens", "output_tokens", "turns", "think_s"] as const;

export const lengthsRules: RuleTable = {
  /**
   * Requests whose prompt and answer are longer than the engine was told to take: it refuses each of them. An error where all
   * or the longest of evenly drawn lengths do not fit; a warning where only the tail of a distribution does not.
   */
  "request-over-length": {
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
        const ofWorkload = seen.getOrInsertComputed(workload, () => new Map<number, string[]>());
        const keys = ofWorkload.getOrInsertComputed(limit, () =>
          usedDatasets(workload).flatMap((used) => {
            const finding = lengthFault(context, workload, used, { knob, limit });
            if (finding === null) return [];
            found.getOrInsert(finding.pointer, { ...finding, row: labels.name, more: -1 });
            return [finding.pointer];
          }),
        );
        for (const key of keys) found.get(key)!.more += 1;
      }
      return [...found.values()].map(({ row, more, message, ...finding }) => {
        return { ...finding, message: `${message} of \`${row}\`${andMore(more)}` };
      });
    },
  },
  /** Answers that are to be longer than `sampling.max_tokens` lets them be: another length than the declared one would be measured. */
  "output-over-limit": {
    severity: "error",
    check: (context) =>
      oncePerPlace(
        experimentWorkloads(context).flatMap(({ workload, place }) =>
          usedDatasets(workload).flatMap((used) =>
            [outputFault(context, workload, place, used), leastFault(workload, place, used)].filter(
              (one) => one !== null,
            ),
          ),
        ),
      ),
  },
  /** A shared prefix that leaves no prompt a token of its own: prompts would be longer than declared, and all nearly alike. */
  "prefix-over-prompt": {
    severity: "error",
    check(context) {
      const found: RuleFinding[] = [];
      for (const { workload, place } of experimentWorkloads(context)) {
        for (const used of usedDatasets(workload)) {
          const { dataset } = used;
          if (dataset.kind !== "synthetic") continue;
          const prefix = dataset.shared_prefix_tokens ?? 0;
          const lengths = dataset.input_tokens ?? lengthProfiles[dataset.profile ?? "chat"].input;
          const longest = longestLength(lengths);
          // A distribution that lacks its bound has its diagnostic.
          if (prefix === 0 || !(prefix >= manyBelow(lengths))) continue;
          const pointer = datasetMemberPlace(context, { workload, place }, used, "shared_prefix_tokens");
          if (prefix < longest) {
            const message = `${userName(workload, used)} shares a prefix of ${prefix} tokens, and every prompt that is drawn shorter gets ${prefix + 1}`;
            const hint = `lower \`shared_prefix_tokens\`, or draw no \`input_tokens\` below ${prefix + 1}: it counts the whole prompt`;
            found.push({ pointer, aim: "value", message, hint, severity: "warning" });
            continue;
          }
          const message = `${userName(workload, used)} shares a prefix of ${prefix} tokens, and its prompts have ${longest} at most, the prefix among them`;
          const hint = `lower \`shared_prefix_tokens\`, or raise \`input_tokens\` above ${prefix}: it counts the whole prompt`;
          found.push({ pointer, aim: "value", message, hint });
        }
      }
      return oncePerPlace(found);
    },
  },
  /** Lengths between a smallest that is above the largest: there is none. */
  "empty-distribution": {
    severity: "error",
    check: ({ study }) =>
      datasetsWithPlaces(study).flatMap(({ dataset: declared, workload, place }) => {
        const dataset = declared as Partial<Record<string, Range | string>>;
        return members.flatMap((member): RuleFinding[] => {
          const range = dataset[member];
          if (typeof range !== "object" || (range.min ?? 0) <= (range.max ?? Infinity)) return [];
          const message = `\`${member}\` of workload \`${workload.name}\` has no length: min ${range.min} is above max ${range.max}`;
          const hint = "swap them, or say `{ distribution: fixed, value: … }` for one length";
          return [{ pointer: `${place}/${member}/min`, aim: "value", message, hint }];
        });
      }),
  },
  /** A distribution whose middle lies outside its own bounds: most lengths are then the bound. */
  "clipped-distribution": {
    severity: "warning",
    check: ({ study }) =>
      datasetsWithPlaces(study).flatMap(({ dataset: declared, workload, place }) => {
        const dataset = declared as Partial<Record<string, LengthDistribution | string>>;
        return members.flatMap((member): RuleFinding[] => {
          const lengths = dataset[member];
          if (typeof lengths !== "object" || !("max" in lengths) || lengths.min > lengths.max) return [];
          const [name, middle] = middleOf(lengths);
          const side = middle < lengths.min ? "min" : middle > lengths.max ? "max" : null;
          if (side === null) return [];
          const message = `\`${member}\` of workload \`${workload.name}\` has its ${name} ${middle} outside its bounds: most lengths are its ${side}, ${lengths[side]}`;
          const hint = `move \`${name}\` or \`${side}\`, or say \`{ distribution: fixed, value: ${lengths[side]} }\` for one length`;
          return [{ pointer: `${place}/${member}/${name}`, aim: "value", message, hint }];
        });
      }),
  },
  /** Token ids are as many as they are: there is nothing for an engine to measure. */
  "lengths-of-token-ids": {
    severity: "warning",
    check: ({ study }) =>
      workloadsWithPlaces(study).flatMap(({ workload: { name, prompt, promptLengths }, place }) => {
        if (promptLengths === "as_made" || prompt !== "tokens") return [];
        const message = `\`prompt_lengths: ${promptLengths}\` does nothing for \`${name}\`: it sends token ids, so its lengths are exact already`;
        const hint = "leave it out, or set `prompt: text` for texts of exactly that many tokens";
        return [{ pointer: `${place}/prompt_lengths`, aim: "key", message, hint }];
      }),
  },
  /** Lengths that the engine's own tokenizer is to tell, on an engine that has no way to be asked: every trial would FAIL. */
  "lengths-without-tokenizer": {
    severity: "error",
    eachSystem: true,
    check: ({ study }) =>
      study.engine.tokenize !== null
        ? []
        : datasetsWithPlaces(study).flatMap(({ dataset, workload, place }) => {
            const { name, prompt, promptLengths } = workload;
            const said = `which ${study.engine.name} cannot be asked for: its file has no \`tokenize\``;
            if (dataset.kind === "sharegpt" && (dataset.output ?? "recorded") === "recorded") {
              const message = `answers of \`${name}\` are to be as long as the recorded ones, by the engine's count of tokens, ${said}`;
              const hint = "set `output: natural` in the dataset, or add `tokenize` to the engine file";
              return [{ pointer: place, aim: "key" as const, message, hint }];
            }
            if (promptLengths !== "engine" || prompt === "tokens") return [];
            const message = `prompts of \`${name}\` are to be exact by the engine's count of tokens, ${said}`;
            const hint = "leave `prompt_lengths` out, send `prompt: tokens`, or add `tokenize` to the engine file";
            return [{ pointer: `${placeOfWorkload(place)}/prompt_lengths`, aim: "key" as const, message, hint }];
          }),
  },
};

function lengthFault(
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

function outputFault(context: LintContext, workload: Workload, place: string, used: UsedDataset): RuleFinding | null {
  const { dataset, requestClass } = used;
  const limit =
    requestClass?.sampling?.max_tokens ?? (workload.maxTokensFollow === true ? Infinity : workload.sampling.max_tokens);
  const lengths = "output_tokens" in dataset ? dataset.output_tokens : undefined;
  const longest = lengths === undefined ? 0 : longestLength(lengths);
  // A distribution that lacks its bound has its diagnostic.
  if (!(longest > limit)) return null;
  const message = `${userName(workload, used)} asks for answers of up to ${longest} tokens, and its \`sampling.max_tokens\` is ${limit}`;
  const isOfClass = requestClass?.sampling?.max_tokens !== undefined;
  const set = isOfClass ? null : placeOfSetting(context, place, "sampling.max_tokens", limit);
  if (set !== null) {
    const hint = `raise it to ${longest}, take it out here, or lower \`output_tokens\``;
    return { pointer: set, aim: "value", message, hint };
  }
  return {
    pointer: datasetMemberPlace(context, { workload, place }, used, "output_tokens"),
    aim: "value",
    message,
    hint: `take \`max_tokens\` out of \`sampling\` (it is then as long as the longest answer), raise it to ${longest}, or lower \`output_tokens\``,
  };
}

/** A least length above the most: each request would ask for the most, and no other length would be measured. */
function leastFault(workload: Workload, place: string, used: UsedDataset): RuleFinding | null {
  const { min_tokens: least, max_tokens: most } = { ...workload.sampling, ...used.requestClass?.sampling };
  if (workload.maxTokensFollow === true || least <= most) return null;
  return {
    pointer: `${place}/sampling/min_tokens`,
    aim: "value",
    message: `${userName(workload, used)} asks for answers of at least ${least} tokens, and its \`sampling.max_tokens\` is ${most}`,
    hint: `lower \`min_tokens\`, or raise \`max_tokens\` to ${least}`,
  };
}
