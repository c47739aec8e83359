import type { Rule, RuleFinding } from "../rule.ts";
import { classesWithPlaces, workloadsWithPlaces } from "../workload/workload-places.ts";

/** Requests that are to be cut off, and nothing says when: none would be. */
export const cancelWithoutWhen: Rule = {
  code: "cancel-without-when",
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
};
