import type { Rule, RuleFinding } from "../rule.ts";
import { workloadsWithPlaces } from "../workload-places.ts";

/** Knobs that let an engine keep the prompts that it has seen. */
const prefixCaches = ["enable_prefix_caching", "cache_prompt"];

/** A selection that is asked for several times while the engine keeps prompts: from its second round on every prompt is in the cache. */
export const datasetGoesRound: Rule = {
  severity: "warning",
  check({ study, expansion, valueOf }) {
    const keeps = ({ knobs }: (typeof expansion.experiments)[number]): boolean =>
      prefixCaches.some((knob) => study.engine.knobs[knob] !== undefined && valueOf(knobs, knob) === true);
    return workloadsWithPlaces(study).flatMap(({ workload, place }): RuleFinding[] => {
      const { selection, counts, unique, ruleset, name } = workload;
      const samples = selection.first ?? selection.sample;
      const { requests } = counts[study.fidelity];
      if (place === "/accuracy" || samples === undefined || requests <= samples || unique || ruleset !== null)
        return [];
      const running = expansion.experiments.filter(({ skip, labels }) => skip === null && labels.workload === name);
      if (!running.some(keeps)) return [];
      return [
        {
          pointer: `${place}/selection`,
          aim: "value",
          message: `workload \`${name}\` asks ${requests} requests of ${samples} prompts, each ${roundsText(requests / samples)} times, while the engine's prefix cache is on: from the second round on their prompts are in it`,
          hint: "take more prompts into `selection`, set `unique: true`, or turn the prefix cache off",
        },
      ];
    });
  },
};

function roundsText(rounds: number): string {
  return Number.isInteger(rounds) ? String(rounds) : rounds.toFixed(1);
}
