import type { Rule, RuleFinding } from "../rule.ts";
import { loadSettingPlace } from "../workload/load-settings.ts";
import { countText } from "../../math/figures.ts";

/** A closed loop that is asked to hold more requests in flight than it sends at all: the check held-concurrency says INVALID. */
export const concurrencyAboveRequests: Rule = {
  code: "concurrency-above-requests",
  severity: "warning",
  check(context) {
    const { study, expansion } = context;
    const found = new Map<string, RuleFinding>();
    for (const { skip, workload, labels } of expansion.experiments) {
      const { concurrency } = workload.load;
      const { requests, seconds = 0 } = workload.counts[study.fidelity];
      if (skip !== null || workload.scenario !== "closed" || typeof concurrency !== "number") continue;
      if (concurrency <= requests || seconds > 0) continue;
      const key = `${labels.workload} ${concurrency}`;
      if (found.has(key)) continue;
      const message = `\`load.concurrency\` of ${concurrency} cannot be held: workload \`${labels.workload}\` sends ${countText(requests, "request")} at fidelity ${study.fidelity}, and the trial will be INVALID (held-concurrency)`;
      const hint = `raise \`counts.${study.fidelity}.requests\` of the workload well above ${concurrency}, or lower the concurrency`;
      const pointer = loadSettingPlace(context, labels.workload, "concurrency", concurrency);
      found.set(key, { pointer, aim: "value", message, hint });
    }
    return [...found.values()];
  },
};
