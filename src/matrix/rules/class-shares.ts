import { percentText } from "../../math/figures.ts";
import type { Rule, RuleFinding } from "../rule.ts";
import { classesWithPlaces } from "../workload/workload-places.ts";

/** A class whose share is not what its writer may think it is: 1 beside fractions, or too little for a single request. */
export const classShares: Rule = {
  code: "class-shares",
  severity: "warning",
  check: ({ study }) =>
    classesWithPlaces(study).flatMap(({ requestClass, workload, place }): RuleFinding[] => {
      const { name, share } = requestClass;
      const shares = workload.classes.map((one) => one.share ?? 1);
      const part = (share ?? 1) / shares.reduce((sum, one) => sum + one, 0);
      const percent = percentText(part);
      const { requests, seconds = 0 } = workload.counts[study.fidelity];
      if (share === undefined && workload.classes.some((one) => one.share !== undefined)) {
        const message = `class \`${name}\` says no share beside others that do: it is 1, and ${percent} of the requests are its own`;
        return [{ pointer: `${place}/name`, aim: "value", message, hint: "say `share` in each class, or in none" }];
      }
      if (part * requests >= 1 || seconds > 0) return [];
      const message = `class \`${name}\` gets no whole request: ${percent} of the ${requests} at fidelity ${study.fidelity}`;
      const hint = `raise its share, or \`counts.${study.fidelity}.requests\``;
      return [{ pointer: `${place}/share`, aim: "value", message, hint }];
    }),
};
