import { andMore } from "../row-groups.ts";
import type { Experiment } from "../../schema/experiment.ts";
import type { Json } from "../../schema/json.ts";
import { pointerOf } from "../../schema/json-pointer.ts";
import type { RulesetScenario } from "../../schema/ruleset.ts";
import type { LintContext, RuleFinding } from "../rule.ts";
import { placeOfValue } from "../settings.ts";

/** One way in which an experiment does not do what its ruleset asks. */
export interface Breach {
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
export function breachesOf(
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
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { breach, experiment, count: 1 });
      else group.count += 1;
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
