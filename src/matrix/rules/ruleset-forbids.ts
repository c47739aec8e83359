import type { Experiment } from "../../schema/experiment.ts";
import { certifies, type Fidelity } from "../../schema/fidelity.ts";
import type { Json } from "../../schema/json.ts";
import type { Assignment } from "../../schema/knob.ts";
import type { RulesetScenario } from "../../schema/ruleset.ts";
import { runSettings } from "../../math/loadgen/run-settings.ts";
import { effectiveCounts } from "../../math/loadgen/settings.ts";
import { allHold, isSet } from "../engine/conditions.ts";
import { breachesOf } from "../rulesets/ruleset-breaches.ts";
import type { Rule } from "../rule.ts";

/** A setting that makes a run illegal by its ruleset, also where the engine's default is what is forbidden. */
export const rulesetForbids: Rule = {
  code: "ruleset-forbids",
  severity: "warning",
  check: (context) =>
    breachesOf(context, (experiment, ruleset) => {
      const assignment = withLoad(experiment);
      return ruleset.forbidden.flatMap((forbidden) => {
        const { knob, only, because } = forbidden;
        if (!allHold([forbidden], assignment, context.valueOf)) return [];
        if (only === "several_passes" && !severalPasses(experiment, ruleset, context.study.fidelity)) return [];
        const value: Json = context.valueOf(assignment, knob) ?? null;
        const how = isSet(assignment, knob) ? "" : ", the engine's default";
        const message = `${ruleset.rulesetId} does not allow \`${knob}: ${JSON.stringify(value)}\`${how}: ${because}`;
        const hint = `set \`${knob}\` to what it allows, or leave the ruleset out; what runs all the same is no result by it`;
        return [{ knob, value, message, hint }];
      });
    }),
};

/** The engine's knobs, and the load as the workload ends up with it. */
function withLoad({ knobs, workload }: Experiment): Assignment {
  const load = Object.entries(workload.load).map(([name, value]) => [`load.${name}`, value as Json]);
  return { ...knobs, ...(Object.fromEntries(load) as Assignment) };
}

/** False only where the run is known to be one pass over the data set at most: an Offline rate may be anybody's guess. */
function severalPasses({ workload }: Experiment, ruleset: RulesetScenario, fidelity: Fidelity): boolean {
  const certified = certifies(fidelity);
  const rate = workload.load.expected_rate;
  if (certified && rate === undefined) return true;
  const settings = runSettings(ruleset, {
    mode: "performance",
    targetQps: rate ?? 1,
    samples: certified ? null : workload.counts[fidelity].requests,
  });
  return effectiveCounts(settings).minSampleCount > settings.performanceSamples;
}
