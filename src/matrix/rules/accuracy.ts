import { readsRate } from "../../schema/arrival-kinds.ts";
import { isOpenLoop } from "../../schema/scenario.ts";
import { hasOneRate, usedDatasets } from "../../schema/workload.ts";
import { andMore } from "../row-groups.ts";
import type { RuleTable } from "../rule.ts";

/** Kinds of datasets that are made. */
const withoutReferences: ReadonlySet<string> = new Set(["synthetic", "conversations", "trace"]);

export const accuracyRules: RuleTable = {
  /** Accuracy in an open loop whose rate neither its workload nor the row states: its requests would have no due times. A searched row's follows its peak. */
  "accuracy-without-rate": {
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
  },
  /** Accuracy asked for on prompts that nobody knows the answers to. */
  "accuracy-without-references": {
    severity: "error",
    check({ study }) {
      if (study.accuracy === null || study.standIn !== null) return [];
      const kind = usedDatasets(study.accuracy).find(({ dataset }) => withoutReferences.has(dataset.kind))?.dataset
        .kind;
      if (kind === undefined) return [];
      const message = `accuracy is asked for, and dataset of workload \`${study.accuracy.name}\` is ${kind}: it has no references`;
      const hint = "give `accuracy:` a workload on cnn-dailymail or on a jsonl with references, or take it out";
      return [{ pointer: "/accuracy", aim: "key", message, hint }];
    },
  },
};
