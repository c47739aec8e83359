import { andMore } from "../row-groups.ts";
import { readsRate } from "../../schema/arrival-kinds.ts";
import { pointerOf } from "../../schema/json-pointer.ts";
import { hasOneRate } from "../../schema/workload.ts";
import { runningUnder, type Rule } from "../rule.ts";

/** An open loop whose schedule needs a rate, and nothing says which: no request would have a due time. */
export const openWithoutRate: Rule = {
  code: "open-without-rate",
  severity: "error",
  check: ({ study, expansion }) =>
    study.workloads.flatMap((declared, index) => {
      // A search for the peak brings the rates of what it searches.
      if (!readsRate(declared) || (study.peak !== null && hasOneRate(declared))) return [];
      const { name } = declared;
      // A rate that is written and is none has its diagnostic.
      if (declared.load.rate === undefined && study.locations.has(pointerOf("workloads", index, "load", "rate")))
        return [];
      const without = runningUnder(expansion, name).filter(({ workload }) => (workload.load.rate ?? null) === null);
      const [first] = without;
      if (first === undefined) return [];
      const message = `\`${first.labels.name}\`${andMore(without.length - 1)} sets no \`load.rate\`, and the arrivals of workload \`${name}\` (${declared.arrivals?.kind}) need one`;
      const hint =
        "set `load: { rate: 10 }` in the workload (requests a second), or `sweep: { load.rate: [1, 4, 16] }`";
      return [{ pointer: `/workloads/${index}/scenario`, aim: "value", message, hint }];
    }),
};
