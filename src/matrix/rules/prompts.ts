import { countText } from "../../math/figures.ts";
import { usedDatasets, type Workload } from "../../schema/workload.ts";
import { runningUnder, type LintContext, type RuleFinding, type RuleTable } from "../rule.ts";
import {
  datasetsWithPlaces,
  placeOfWorkload,
  workloadsWithPlaces,
  type PlacedWorkload,
} from "../workload/workload-places.ts";

/** The members of datasets that make prompts begin alike. */
const shared = ["shared_prefix_tokens", "system_tokens"] as const;

export const promptsRules: RuleTable = {
  /** Token ids for the chat endpoint, which takes messages: the engine would be started, and every trial would FAIL. */
  "tokens-to-chat": {
    severity: "error",
    check: ({ study }) =>
      workloadsWithPlaces(study).flatMap(({ workload, place }): RuleFinding[] => {
        if (workload.endpoint !== "chat" || workload.prompt !== "tokens" || isOfConversations(workload)) return [];
        const message = `workload \`${workload.name}\` sends token ids, and the chat endpoint takes messages of text`;
        const hint = "leave `prompt` out, or set `endpoint: completions`, which takes token ids";
        return [{ pointer: `${place}/prompt`, aim: "value", message, hint }];
      }),
  },
  /** Conversations as token ids: an answer comes back as text, and has to go into the next turn. ShareGPT's file is text anyway. */
  "conversation-of-tokens": {
    severity: "error",
    check: ({ study }) =>
      workloadsWithPlaces(study).flatMap(({ workload, place }): RuleFinding[] => {
        if (workload.prompt !== "tokens" || !isOfConversations(workload)) return [];
        const message = `workload \`${workload.name}\` has conversations, which are sent as text, and \`prompt: tokens\``;
        const hint = "set `prompt: text`, or leave `prompt` out";
        return [{ pointer: `${place}/prompt`, aim: "value", message, hint }];
      }),
  },
  /** Images for the completions endpoint, which takes text and token ids alone. */
  "images-to-completions": {
    severity: "error",
    check: ({ study }) =>
      datasetsWithPlaces(study).flatMap(({ dataset, workload, place }): RuleFinding[] => {
        if (dataset.kind !== "synthetic" || dataset.images === undefined || workload.endpoint === "chat") return [];
        const message = `workload \`${workload.name}\` has images in its prompts, and the completions endpoint takes none`;
        return [
          { pointer: `${place}/images`, aim: "key", message, hint: "set `endpoint: chat`, or take `images` out" },
        ];
      }),
  },
  /** A salt at the start of each prompt, and prompts that are made to begin alike: the salt undoes what is shared. */
  "unique-and-shared": {
    severity: "error",
    check: ({ study }) =>
      datasetsWithPlaces(study).flatMap(({ dataset: declared, workload, place }) => {
        if (!workload.unique) return [];
        const dataset = declared as Partial<Record<string, unknown>>;
        return shared.flatMap((member): RuleFinding[] => {
          if (Number(dataset[member] ?? 0) === 0) return [];
          const message = `\`unique: true\` undoes \`${member}\` of workload \`${workload.name}\`: with a salt before them, no two prompts begin alike`;
          const hint = `take out \`unique\`, or \`${member}\``;
          return [{ pointer: `${placeOfWorkload(place)}/unique`, aim: "key", message, hint }];
        });
      }),
  },
  /** Prompts that are asked several times while the engine keeps them: from its second round on, a dataset is in the cache. */
  "dataset-goes-round": {
    severity: "warning",
    eachSystem: true,
    check: (context) =>
      workloadsWithPlaces(context.study).flatMap((placed) => {
        const samples = statedSamples(placed);
        // A file may have fewer, which is known once it is read.
        const isBound = usedDatasets(placed.workload).some(({ dataset }) => "path" in dataset);
        return samples === null ? [] : roundFindings(context, placed, samples, isBound);
      }),
  },
};

/** True of workloads with a dataset whose samples are messages. */
export function isOfConversations(workload: Pick<Workload, "dataset" | "classes">): boolean {
  return usedDatasets(workload).some(({ dataset: { kind } }) => kind === "conversations" || kind === "sharegpt");
}

/** The number of samples that a workload's selection states; null where it states none, or asks datasets of classes as well. */
export function statedSamples({ workload: { selection, classes } }: Pick<PlacedWorkload, "workload">): number | null {
  if (classes.some(({ dataset }) => dataset !== undefined)) return null;
  return selection.sample ?? selection.first ?? null;
}

/** What to say of a workload that has so many samples to ask. */
export function roundFindings(
  { study, expansion, valueOf }: Pick<LintContext, "study" | "expansion" | "valueOf">,
  { workload, place }: PlacedWorkload,
  samples: number,
  isBound = false,
): RuleFinding[] {
  const { counts, unique, ruleset, name } = workload;
  const { requests } = counts[study.fidelity];
  const knob = study.engine.prefixCache;
  if (place === "/accuracy" || requests <= samples || unique || ruleset !== null || knob === null) return [];
  const keepsPrompts = runningUnder(expansion, name).some(({ knobs }) => valueOf(knobs, knob) === true);
  if (!keepsPrompts) return [];
  return [
    {
      pointer: study.locations.has(`${place}/selection`) ? `${place}/selection` : `${place}/dataset`,
      aim: "value",
      message: `workload \`${name}\` asks ${countText(requests, "request")} of ${isBound ? "at most " : ""}${countText(samples, "prompt")}, each ${isBound ? "at least " : ""}${roundsText(requests / samples)} times, while the engine's prefix cache is on: from the second round on their prompts are in it`,
      hint: "ask more prompts (a larger `selection`, or a longer file), set `unique: true`, or turn the prefix cache off",
    },
  ];
}

function roundsText(rounds: number): string {
  return Number.isInteger(rounds) ? String(rounds) : rounds.toFixed(1);
}
