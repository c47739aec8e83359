import type { Rule, RuleFinding } from "../rule.ts";
import { classesWithPlaces } from "../workload/workload-places.ts";

/** Two request classes of one name: their figures could not be told apart. */
export const duplicateClass: Rule = {
  code: "duplicate-class",
  severity: "error",
  check({ study }) {
    const seen = new Set<string>();
    return classesWithPlaces(study).flatMap(({ requestClass: { name }, workload, place }): RuleFinding[] => {
      const key = `${workload.name}/${name}`;
      if (!seen.has(key)) {
        seen.add(key);
        return [];
      }
      const message = `another class of workload \`${workload.name}\` is called \`${name}\``;
      return [{ pointer: `${place}/name`, aim: "value", message, hint: "give each class a name of its own" }];
    });
  },
};
