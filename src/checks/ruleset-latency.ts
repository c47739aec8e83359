import { figureText } from "../math/figures.ts";
import { quantileLoadgen, sortedCopy } from "../math/quantile.ts";
import { NS_PER_MS } from "../math/units.ts";
import type { CheckRule, Found } from "./check.ts";
import {
  judgedLatencies,
  latencyNames,
  latencyValues,
  limitMs,
  rulesetTrial,
  type JudgedLatency,
} from "./ruleset-clock.ts";

/**
 * Server: the percentile of TTFT and TPOT, or of the whole latency, by LoadGen's index, is not above its limit. At every
 * fidelity but smoke, whose handful of requests has no tail.
 */
export const rulesetLatencies: readonly CheckRule[] = judgedLatencies.map(latencyRule);

function latencyRule(judged: JudgedLatency): CheckRule {
  return {
    id: `ruleset-${judged}`,
    asks: `Under a ruleset, in Server: the percentile of ${latencyNames[judged]}, by LoadGen's index, is within its limit. Not at smoke.`,
    limit: "the ruleset's",
    remedy: "Lower load.rate.",
    judge(input) {
      const trial = rulesetTrial(input);
      if (trial === null || trial.fidelity === "smoke") return null;
      const { ruleset } = trial;
      const limit = limitMs(ruleset, judged);
      if (limit === null || ruleset.percentile === null) return null;
      const name = `${latencyNames[judged]} at p${figureText(ruleset.percentile * 100)}`;
      const check = (status: Found["status"], value: number | null, message: string): Found => ({
        status,
        value,
        limit,
        margin: value === null ? null : limit - value,
        unit: "ms",
        message,
      });
      const found = latencyValues(trial, judged);
      if ("why" in found) return check(found.status, null, `no ${name}: ${found.why}`);
      const valueNs = quantileLoadgen(sortedCopy(found.values), ruleset.percentile);
      if (valueNs === null) return null;
      const asked = `${ruleset.rulesetId} allows ${figureText(limit)} ms in ${ruleset.name}`;
      if (valueNs === Infinity) return check("fail", null, `too many requests failed for a ${name}; ${asked}`);
      const value = valueNs / NS_PER_MS;
      const kept = valueNs <= limit * NS_PER_MS;
      return check(kept ? "pass" : "fail", value, `${name} was ${figureText(value)} ms, and ${asked}`);
    },
  };
}
