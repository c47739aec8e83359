import { longestLength } from "../../schema/answer-lengths.ts";
import { usedDatasets, type UsedDataset, type Workload } from "../../schema/workload.ts";
import { oncePerPlace, type LintContext, type Rule, type RuleFinding } from "../rule.ts";
import { datasetMemberPlace, experimentWorkloads, userName } from "../workload/experiment-workloads.ts";

/** Answers that are to be longer than `sampling.max_tokens` lets them be: another length than the declared one would be measured. */
export const outputOverLimit: Rule = {
  code: "output-over-limit",
  severity: "error",
  check: (context) =>
    oncePerPlace(
      experimentWorkloads(context).flatMap(({ workload, place }) =>
        usedDatasets(workload).flatMap((used) => faultOf(context, workload, place, used) ?? []),
      ),
    ),
};

function faultOf(context: LintContext, workload: Workload, place: string, used: UsedDataset): RuleFinding | null {
  const { dataset, requestClass } = used;
  const limit =
    requestClass?.sampling?.max_tokens ?? (workload.maxTokensFollow === true ? Infinity : workload.sampling.max_tokens);
  const lengths = "output_tokens" in dataset ? dataset.output_tokens : undefined;
  const longest = lengths === undefined ? 0 : longestLength(lengths);
  // A distribution that lacks its bound has its diagnostic.
  if (!(longest > limit)) return null;
  return {
    pointer: datasetMemberPlace(context, { workload, place }, used, "output_tokens"),
    aim: "value",
    message: `${userName(workload, used)} asks for answers of up to ${longest} tokens, and its \`sampling.max_tokens\` is ${limit}`,
    hint: `take \`max_tokens\` out of \`sampling\` (it is then as long as the longest answer), raise it to ${longest}, or lower \`output_tokens\``,
  };
}
