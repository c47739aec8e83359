import { runSettings } from "../../math/loadgen/run-settings.ts";
import { effectiveCounts } from "../../math/loadgen/settings.ts";
import type { Experiment } from "../../schema/experiment.ts";
import { certifies, type Fidelity } from "../../schema/fidelity.ts";
import { pointerOf, type Json } from "../../schema/json.ts";
import type { Assignment } from "../../schema/knob.ts";
import type { RulesetScenario } from "../../schema/ruleset.ts";
import { allHold, isSet } from "../engine/conditions.ts";
import { andMore } from "../row-groups.ts";
import type { LintContext, RuleFinding, RuleTable } from "../rule.ts";
import { placeOfValue } from "../settings.ts";
import { workloadsWithPlaces } from "../workload/workload-places.ts";

export const rulesetsRules: RuleTable = {
  /** A setting that makes a run illegal by its ruleset, also where the engine's default is what is forbidden. */
  "ruleset-forbids": {
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
          const hint = `set \`${knob}\` to what it allows, or leave the ruleset out; a run with this setting is not a result under the ruleset`;
          return [{ knob, value, message, hint }];
        });
      }),
  },
  /** Prompts that a salt changes, where the ruleset says which samples are asked and how often. */
  "ruleset-prompts": {
    severity: "error",
    check: ({ study }) =>
      workloadsWithPlaces(study).flatMap(({ workload: { ruleset, unique, name }, place }) => {
        if (ruleset === null || !unique) return [];
        const message = `\`unique\` changes the prompts of \`${name}\`, and ${ruleset.rulesetId} asks its samples as they are`;
        const hint = "leave `unique` out; `enable_prefix_caching: false` keeps the cache of prefixes from helping";
        return [{ pointer: `${place}/unique`, aim: "key", message, hint }];
      }),
  },
  /** Answers that are sampled in another way than the ruleset says: they are other answers, of other lengths. */
  "ruleset-sampling": {
    severity: "warning",
    check: (context) =>
      breachesOf(context, ({ workload }, { rulesetId, model, generation }) =>
        Object.entries(generation ?? {}).flatMap(([name, asked]) => {
          const value = workload.sampling[name as keyof typeof workload.sampling];
          if (value === asked) return [];
          const message = `\`sampling.${name}\` is ${value}, and ${rulesetId} samples ${model} with ${asked}`;
          return [{ knob: `sampling.${name}`, value, message, hint: "leave it out: the ruleset fills it" }];
        }),
      ),
  },
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

/** One way in which an experiment does not do what its ruleset asks. */
interface Breach {
  knob: string;
  value: Json;
  /** What is wrong, after the experiment's name. */
  message: string;
  hint: string;
}

/**
 * What experiments do against their ruleset, once for each workload, knob and message: a warning, since such a run is worth
 * something; an error where it is to be submitted.
 */
function breachesOf(
  context: LintContext,
  find: (experiment: Experiment, ruleset: RulesetScenario) => Breach[],
): RuleFinding[] {
  const { study, expansion } = context;
  if (study.workloads.every(({ ruleset }) => ruleset === null)) return [];
  const groups = new Map<string, { breach: Breach; experiment: Experiment; count: number }>();
  for (const experiment of expansion.experiments) {
    const { ruleset } = experiment.workload;
    if (ruleset === null || experiment.skip !== null) continue;
    for (const breach of find(experiment, ruleset)) {
      const key = JSON.stringify([experiment.labels.workload, breach.knob, breach.message]);
      groups.getOrInsert(key, { breach, experiment, count: 0 }).count += 1;
    }
  }
  return [...groups.values()].map(({ breach, experiment, count }) => {
    const { pointer, aim } = placeOf(context, experiment, breach);
    const message = `\`${experiment.labels.name}\`${andMore(count - 1)}: ${breach.message}`;
    const submitted = study.fidelity === "submission";
    return { pointer, aim, message, hint: breach.hint, ...(submitted ? { severity: "error" as const } : {}) };
  });
}

/** Where the knob is given its value; the workload's ruleset where nothing gives it one. */
function placeOf(
  { study, settings }: LintContext,
  { labels, knobs }: Experiment,
  { knob, value }: Breach,
): Pick<RuleFinding, "pointer" | "aim"> {
  const workload = pointerOf(
    "workloads",
    study.workloads.findIndex(({ name }) => name === labels.workload),
  );
  const set = Object.hasOwn(knobs, knob) ? placeOfValue(settings, knob, value) : null;
  if (set !== null) return { pointer: set, aim: "value" };
  const [part = "", member = ""] = knob.split(".");
  const own = workload + pointerOf(part, member);
  return study.locations.has(own) ? { pointer: own, aim: "value" } : { pointer: `${workload}/ruleset`, aim: "value" };
}
