import type { Decision } from "../schema/effect.ts";
import { isDefinite } from "./outcome.ts";
import { experimentsByName, type ComparedStudy } from "./study.ts";

/** A change that would ship under one workload or load and not under another is CONDITIONAL under each, with all answers. */
export function conditional(study: ComparedStudy, decided: readonly Decision[]): Decision[] {
  const experiments = experimentsByName(study);
  const rows = Map.groupBy(decided.filter(isDefinite), ({ experiment }) => experiments.get(experiment)!.labels.row);
  return decided.map((one) => {
    const all = rows.get(experiments.get(one.experiment)!.labels.row) ?? [];
    const answers = new Set(all.map(({ outcome }) => outcome));
    if (!isDefinite(one) || !answers.has("SHIP") || answers.size === 1) return one;
    const others = all.filter((other) => other !== one).map(({ experiment, outcome }) => `${outcome} as ${experiment}`);
    const because = `it depends on the workload: ${one.outcome} here, ${others.join(", ")}; here ${one.because}`;
    const mark = /^(SIMULATED|IMPORTED): /.exec(one.because)?.[0] ?? "";
    return { ...one, outcome: "CONDITIONAL", because: `${mark}${because.replace(mark, "")}` };
  });
}
