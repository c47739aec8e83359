import type { Decision } from "../schema/effect.ts";
import { isDefinite } from "./outcome.ts";
import { experimentsByName, type ComparedStudy } from "./study.ts";

/** A change that would ship under one workload or load and not under another is CONDITIONAL under each, with all answers. */
export function conditional(study: ComparedStudy, decided: readonly Decision[]): Decision[] {
  const experiments = experimentsByName(study);
  // The same row on another system is another question.
  const rowOf = ({ experiment }: Decision): string => {
    const { row, system = null } = experiments.get(experiment)!.labels;
    return JSON.stringify([row, system]);
  };
  const rows = Map.groupBy(decided.filter(isDefinite), rowOf);
  return decided.map((one) => {
    const all = rows.get(rowOf(one)) ?? [];
    const answers = new Set(all.map(({ outcome }) => outcome));
    if (!isDefinite(one) || !answers.has("SHIP") || answers.size === 1) return one;
    const others = all.filter((other) => other !== one).map(({ experiment, outcome }) => `${outcome} as ${experiment}`);
    const because = `it depends on the workload: ${one.outcome} here, ${others.join(", ")}; here ${one.because}`;
    const mark = /^(SIMULATED|IMPORTED): /.exec(one.because)?.[0] ?? "";
    return { ...one, outcome: "CONDITIONAL", alone: one.outcome, because: `${mark}${because.replace(mark, "")}` };
  });
}
