import type { DatasetDeclaration } from "../../schema/dataset-declaration.ts";
import { unsentMembers, type DialectMember } from "../../schema/dialect-file.ts";
import { pointerOf, memberOf } from "../../schema/json.ts";
import { nameInScope } from "../../schema/knob.ts";
import { Sampling, usedDatasets, type RequestClass, type Workload } from "../../schema/workload.ts";
import type { LintContext, RuleFinding, RuleTable } from "../rule.ts";
import { oncePerKnob } from "../settings.ts";
import {
  experimentWorkloads,
  classesWithPlaces,
  workloadsWithPlaces,
  type PlacedWorkload,
} from "../workload/workload-places.ts";

/** Members of a body that the client writes itself, and how the matrix says them. A test holds this against the body. */
export const ownBodyMembers: Readonly<Record<string, string>> = {
  model: "the study's model is sent; a class says another by `model`",
  prompt: "the dataset says what is asked",
  messages: "the dataset says what is asked",
  stream: "every answer is streamed, since times are of tokens",
  stream_options: "the server's token counts are always asked for; the engine file's `request_fields` may add options",
  priority: "a class says it by `priority`",
  truncate_prompt_tokens: "set `load.truncate_prompt_tokens`",
  ...Object.fromEntries(Object.keys(Sampling.properties).map((name) => [name, `set \`sampling.${name}\``])),
};

export const requestsRules: RuleTable = {
  /** A member of `extra_body` that the client writes itself: it would be hashed and shown, and not sent. */
  "extra-body-collides": {
    severity: "error",
    check: ({ study, settings }) =>
      [
        ...workloadsWithPlaces(study).map(({ workload, place }) => ({ extra: workload.extraBody, place })),
        ...classesWithPlaces(study).map(({ requestClass, place }) => ({ extra: requestClass.extra_body ?? {}, place })),
      ]
        .flatMap(({ extra, place }) =>
          Object.keys(extra).map((member) => ({ member, pointer: `${place}${pointerOf("extra_body", member)}` })),
        )
        .concat(
          oncePerKnob(settings).flatMap(({ knob, pointer }) => {
            const [member] = nameInScope(knob, "extra_body")?.split(".") ?? [];
            return member === undefined ? [] : [{ member, pointer }];
          }),
        )
        .flatMap(({ member, pointer }): RuleFinding[] => {
          const instead = memberOf(ownBodyMembers, member);
          if (instead === undefined) return [];
          const message = `\`extra_body\` may not replace \`${member}\`: the client writes it into every request itself`;
          return [{ pointer, aim: "key", message, hint: instead }];
        }),
  },
  /** What a workload asks for by a member that the engine's requests lack: the trial would measure something else. */
  "unsent-member": {
    severity: "warning",
    eachSystem: true,
    check(context) {
      const { dialect } = context.study.engine;
      if (Object.keys(dialect.lacks).length === 0) return [];
      const found = experimentWorkloads(context).flatMap((placed) => findingsOf(context, placed));
      return [...new Map(found.map((finding) => [`${finding.pointer} ${finding.message}`, finding])).values()];
    },
  },
  /** Requests that are to be cut off, and nothing says when: none would be. */
  "cancel-without-when": {
    severity: "error",
    check: ({ study }) =>
      [
        ...workloadsWithPlaces(study).map(({ workload, place }) => ({ cancel: workload.cancel, place })),
        ...classesWithPlaces(study).map(({ requestClass, place }) => ({ cancel: requestClass.cancel ?? null, place })),
      ].flatMap(({ cancel, place }): RuleFinding[] => {
        if (cancel === null || cancel.after_s !== undefined || cancel.after_tokens !== undefined) return [];
        const message = "`cancel` does not say when a request is cut off";
        const hint = `add \`after_s: 2\` (seconds after the send), \`after_tokens: 20\`, or both: the first that comes cuts it off`;
        return [{ pointer: `${place}/cancel`, aim: "key", message, hint }];
      }),
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
