import { runningUnder, type LintContext, type Rule, type RuleFinding } from "../rule.ts";
import { workloadsWithPlaces, type PlacedWorkload } from "../workload/workload-places.ts";
import { countText } from "../../math/figures.ts";

/** Prompts that are asked several times while the engine keeps them: from its second round on, a dataset is in the cache. */
export const datasetGoesRound: Rule = {
  code: "dataset-goes-round",
  severity: "warning",
  eachSystem: true,
  check: (context) =>
    workloadsWithPlaces(context.study).flatMap((placed) => {
      const samples = statedSamples(placed);
      return samples === null ? [] : roundFindings(context, placed, samples);
    }),
};

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
      message: `workload \`${name}\` asks ${countText(requests, "request")} of ${countText(samples, "prompt")}, each ${roundsText(requests / samples)} times, while the engine's prefix cache is on: from the second round on their prompts are in it`,
      hint: "ask more prompts (a larger `selection`, or a longer file), set `unique: true`, or turn the prefix cache off",
    },
  ];
}

function roundsText(rounds: number): string {
  return Number.isInteger(rounds) ? String(rounds) : rounds.toFixed(1);
}
