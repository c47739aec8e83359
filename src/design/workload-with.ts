import { withOwnMaxTokens } from "../schema/answer-lengths.ts";
import { fixedLengths } from "../schema/dataset-declaration.ts";
import type { Json } from "../schema/json.ts";
import type { Assignment } from "../schema/knob.ts";
import { workloadScopes, nameInScope, type WorkloadScope } from "../schema/knob-scopes.ts";
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
  const { load, sampling, dataset, arrivals } = Object.fromEntries(set);
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
  });
}
