import { unsentMembers, type DialectMember } from "../../schema/dialect.ts";
import type { DatasetDeclaration } from "../../schema/dataset-declaration.ts";
import { usedDatasets, type RequestClass, type Workload } from "../../schema/workload.ts";
import type { LintContext, Rule, RuleFinding } from "../rule.ts";
import { experimentWorkloads } from "../workload/experiment-workloads.ts";
import type { PlacedWorkload } from "../workload/workload-places.ts";

/** What a workload asks for by a member that the engine's requests lack: the trial would measure something else. */
export const unsentMember: Rule = {
  code: "unsent-member",
  severity: "warning",
  eachSystem: true,
  check(context) {
    const { dialect } = context.study.engine;
    if (Object.keys(dialect.lacks).length === 0) return [];
    const found = experimentWorkloads(context).flatMap((placed) => findingsOf(context, placed));
    return [...new Map(found.map((finding) => [`${finding.pointer} ${finding.message}`, finding])).values()];
  },
};

function findingsOf(context: LintContext, { workload, place }: PlacedWorkload): RuleFinding[] {
  const { name, dialect } = context.study.engine;
  const places = unsentOf(context, workload);
  const said = (member: DialectMember): string => dialect.lacks[member] ?? "";
  const written = (path: string): string =>
    context.study.locations.has(`${place}${path}`) ? `${place}${path}` : place;
  const forced = places.has("ignore_eos") || places.has("min_tokens");
  const findings: RuleFinding[] = [];
  for (const member of places) {
    if (member === "token_ids") {
      findings.push({
        pointer: written("/prompt"),
        aim: "value",
        severity: "error",
        message: `\`${workload.name}\` sends prompts as token ids, which ${name} does not take: ${said(member)}`,
        hint: "set `prompt: text`",
      });
    } else if (forced && member === "ignore_eos") {
      findings.push({
        pointer: written(workload.sampling.ignore_eos ? "/sampling/ignore_eos" : "/dataset"),
        aim: "key",
        message: `answers of \`${workload.name}\` are to have exact lengths, and ${name} cannot be made to keep them (${said(member)}): a trial in which more than 1 % of the answers end earlier is INVALID`,
        hint: "ask for natural lengths (a dataset without output lengths, with `sampling.max_tokens` as the bound), or measure on an engine that has `ignore_eos`",
      });
    } else if (!(forced && member === "min_tokens")) {
      findings.push({
        pointer: written(member === "truncate_prompt_tokens" ? `/load/${member}` : `/sampling/${member}`),
        aim: "key",
        message: `\`${member}\` of \`${workload.name}\` is not sent to ${name}: ${said(member)}`,
        hint: `take it out of the workload, or measure on an engine that has \`${member}\``,
      });
    }
  }
  return findings;
}

/** The members that decide something for one of the workload's kinds of requests, and are not sent. */
function unsentOf({ study: { engine } }: LintContext, workload: Workload): Set<DialectMember> {
  const classes: (RequestClass | null)[] = workload.classes.length === 0 ? [null] : workload.classes;
  return new Set(
    classes.flatMap((requestClass) => {
      const sampling = { ...workload.sampling, ...requestClass?.sampling };
      return unsentMembers(engine.dialect, sampling, {
        isForced: asksForLengths(workload, sampling),
        prompt: workload.prompt,
        load: workload.load,
        requestClass,
      });
    }),
  );
}

function asksForLengths(workload: Workload, sampling: Workload["sampling"]): boolean {
  const bySampling = sampling.ignore_eos || sampling.min_tokens >= sampling.max_tokens;
  return bySampling || usedDatasets(workload).some(({ dataset }) => namesLengths(dataset));
}

/** True of datasets each of whose answers is to have a length. A file of JSON lines may name some: that is seen when it is read. */
function namesLengths(dataset: DatasetDeclaration): boolean {
  if (dataset.kind === "sharegpt") return (dataset.output ?? "recorded") === "recorded";
  return dataset.kind === "synthetic" || dataset.kind === "conversations" || dataset.kind === "trace";
}
