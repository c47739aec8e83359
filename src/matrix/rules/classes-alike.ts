import { canonicalJson, type Json } from "../../schema/json.ts";
import type { RequestClass } from "../../schema/workload.ts";
import type { Rule, RuleFinding } from "../rule.ts";
import { workloadsWithPlaces } from "../workload/workload-places.ts";

/** Classes that are called differently and ask for the same: their requests would be one kind under two names. */
export const classesAlike: Rule = {
  code: "classes-alike",
  severity: "error",
  check: ({ study }) =>
    workloadsWithPlaces(study).flatMap(({ workload, place }) => {
      const first = new Map<string, string>();
      return workload.classes.flatMap((requestClass, index): RuleFinding[] => {
        const what = askedBy(requestClass);
        const same = first.get(what);
        if (same === undefined) {
          first.set(what, requestClass.name);
          return [];
        }
        const message = `class \`${requestClass.name}\` of workload \`${workload.name}\` differs from class \`${same}\` in nothing but its name and share`;
        const hint =
          "give each what its requests differ in (`dataset`, `sampling`, `model`, `priority`, `slo`, `extra_body`, …), or make them one";
        return [{ pointer: `${place}/classes/${index}/name`, aim: "value", message, hint }];
      });
    }),
};

function askedBy(requestClass: RequestClass): string {
  const { name: _name, share: _share, ...asked } = requestClass;
  return canonicalJson(asked as Json);
}
