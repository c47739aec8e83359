import { withOwnMaxTokens } from "../schema/answer-lengths.ts";
import { withMember } from "../schema/assignment.ts";
import { fixedLengths } from "../schema/dataset-declaration.ts";
import type { Json } from "../schema/json.ts";
import { workloadScopes, nameInScope, type Assignment, type WorkloadScope } from "../schema/knob.ts";
import type { Workload } from "../schema/workload.ts";

/** The workload with the client's settings of an assignment in their places. The matrix stage has checked their names and types. */
export function workloadWith(workload: Workload, settings: Assignment): Workload {
  const set = new Map<WorkloadScope, { [member: string]: Json }>();
  for (const [setting, value] of Object.entries(settings)) {
    for (const scope of workloadScopes) {
      const member = nameInScope(setting, scope);
      if (member !== null) set.set(scope, { ...set.get(scope), [member]: value });
    }
  }
  if (set.size === 0) return workload;
  const { load, sampling, dataset, arrivals, cancel, extra_body: extra } = Object.fromEntries(set);
  // A client chunk has its barrier unless the matrix says otherwise.
  const barrier = load?.["batch_size"] === undefined ? {} : { barrier: true };
  const { maxTokensFollow = false, ...others } = workload;
  // What an experiment sets is written.
  const follows = maxTokensFollow && sampling?.["max_tokens"] === undefined;
  return withOwnMaxTokens({
    ...others,
    ...(follows ? { maxTokensFollow } : {}),
    load: { ...barrier, ...workload.load, ...load },
    sampling: { ...workload.sampling, ...sampling },
    ...(dataset === undefined ? {} : { dataset: fixedLengths({ ...workload.dataset, ...dataset }) }),
    ...(arrivals === undefined || workload.arrivals === null
      ? {}
      : { arrivals: { ...workload.arrivals, ...arrivals } }),
    ...(cancel === undefined || workload.cancel === null ? {} : { cancel: { ...workload.cancel, ...cancel } }),
    ...(extra === undefined ? {} : { extraBody: withMembers(workload.extraBody, extra) }),
  });
}

/** The members of a body with others at their paths: `chat_template_kwargs.enable_thinking`. */
function withMembers(body: Workload["extraBody"], members: { [path: string]: Json }): Workload["extraBody"] {
  const made = Object.entries(members).reduce<Json>(
    (map, [path, value]) => withMember(map, path.split("."), value),
    body as Json,
  );
  return made as Workload["extraBody"];
}
