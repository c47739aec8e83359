import type { Rule } from "../rule.ts";

/** Accuracy asked for on prompts that nobody knows the answers to. */
export const accuracyWithoutReferences: Rule = {
  code: "accuracy-without-references",
  severity: "error",
  check({ study }) {
    if (study.accuracy?.dataset.kind !== "synthetic" || study.standIn !== null) return [];
    const message = `accuracy is asked for, and dataset of workload \`${study.accuracy.name}\` is synthetic: it has no references`;
    const hint = "give `accuracy:` a workload on cnn-dailymail or on a jsonl with references, or take it out";
    return [{ pointer: "/accuracy", aim: "key", message, hint }];
  },
};
