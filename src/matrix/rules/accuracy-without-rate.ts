import { andMore } from "../row-groups.ts";
import { hasOneRate, isOpenLoop } from "../../schema/workload.ts";
import { readsRate } from "../../schema/arrival-kinds.ts";
import type { Rule } from "../rule.ts";

/** Accuracy in an open loop whose rate neither its workload nor the row states: its requests would have no due times. A searched row's follows its peak. */
export const accuracyWithoutRate: Rule = {
  code: "accuracy-without-rate",
  severity: "error",
  check({ study: { accuracy, peak, workloads }, expansion }) {
    if (accuracy === null || !isOpenLoop(accuracy) || accuracy.load.rate !== undefined) return [];
    if (accuracy.arrivals !== null && !readsRate(accuracy)) return [];
    const follows = peak !== null && hasOneRate(accuracy);
    const without = expansion.experiments.filter(
      ({ skip, knobs, workload }) =>
        skip === null && (knobs["load.rate"] ?? null) === null && !(follows && hasOneRate(workload)),
    );
    const [first] = without;
    // `open-without-rate` has said it where the workload is the study's own and nothing is searched.
    if (first === undefined || (peak === null && workloads.includes(accuracy))) return [];
    const message = `the accuracy of \`${first.labels.name}\`${andMore(without.length - 1)} is measured with \`${accuracy.name}\`, whose arrivals need a \`load.rate\` that nothing states`;
    const hint =
      "give accuracy a workload of its own: `accuracy: { use: …, load: { rate: 10 } }`, or one of `scenario: offline`";
    return [{ pointer: "/accuracy", aim: "key", message, hint }];
  },
};
