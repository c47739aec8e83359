import { usedDatasets } from "../../schema/workload.ts";
import type { Rule } from "../rule.ts";

/** Kinds of datasets that are made. */
const withoutReferences: ReadonlySet<string> = new Set(["synthetic", "conversations", "trace"]);

/** Accuracy asked for on prompts that nobody knows the answers to. */
export const accuracyWithoutReferences: Rule = {
  code: "accuracy-without-references",
  severity: "error",
  check({ study }) {
    if (study.accuracy === null || study.standIn !== null) return [];
    const kind = usedDatasets(study.accuracy).find(({ dataset }) => withoutReferences.has(dataset.kind))?.dataset.kind;
    if (kind === undefined) return [];
    const message = `accuracy is asked for, and dataset of workload \`${study.accuracy.name}\` is ${kind}: it has no references`;
    const hint = "give `accuracy:` a workload on cnn-dailymail or on a jsonl with references, or take it out";
    return [{ pointer: "/accuracy", aim: "key", message, hint }];
  },
};
