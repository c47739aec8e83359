import { pointerOf } from "../../schema/json-pointer.ts";
import type { Rule } from "../rule.ts";

/** Arrivals that nothing reads: only an open loop has a schedule. */
export const arrivalsWithoutOpen: Rule = {
  code: "arrivals-without-open",
  severity: "warning",
  check: ({ study }) =>
    study.workloads.flatMap(({ scenario, name }, index) => {
      const pointer = pointerOf("workloads", index, "arrivals");
      if (scenario === "open" || !study.locations.has(pointer)) return [];
      const message = `\`arrivals\` does nothing for \`${name}\`: the scenario is ${scenario}`;
      const hint = "set `scenario: open` and `load: { rate: 10 }`, or leave `arrivals` out";
      return [{ pointer, aim: "key", message, hint }];
    }),
};
