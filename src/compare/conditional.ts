import type { Decision, Outcome } from "../schema/effect.ts";
import { experimentsByName, type ComparedStudy } from "./study.ts";

/** What a change can be said to be, workload for workload. */
const definite = new Set<Outcome>(["SHIP", "REJECT", "NO EFFECT", "TRADE-OFF"]);

/** A change that would ship under one workload or load and not under another is CONDITIONAL under each, with all answers. */
export function conditional(study: ComparedStudy, decided: readonly Decision[]): Decision[] {
  const experiments = experimentsByName(study);
  const rows = Map.groupBy(
    decided.filter(({ outcome }) => definite.has(outcome)),
    ({ experiment }) => experiments.get(experiment)!.labels.row,
  );
  return decided.map((one) => {
    const all = rows.get(experiments.get(one.experiment)!.labels.row) ?? [];
    const answers = new Set(all.map(({ outcome }) => outcome));
    if (!definite.has(one.outcome) || !answers.has("SHIP") || answers.size === 1) return one;
    const others = all.filter((other) => other !== one).map(({ experiment, outcome }) => `${outcome} as ${experiment}`);
    const because = `it depends on the workload: ${one.outcome} here, ${others.join(", ")}; here ${one.because}`;
    const mark = /^(SIMULATED|IMPORTED): /.exec(one.because)?.[0] ?? "";
    return { ...one, outcome: "CONDITIONAL", because: `${mark}${because.replace(mark, "")}` };
  });
}
