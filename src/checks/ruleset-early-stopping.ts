import { countText, figureText, percentText } from "../math/figures.ts";
import { earlyStopping, earlyStoppingEstimate } from "../math/loadgen/early-stopping.ts";
import { NS_PER_MS } from "../math/units.ts";
import type { CheckRule, Found, JudgeInput } from "./check.ts";
import { measuredRequests } from "./measured.ts";
import {
  judgedLatencies,
  latencyNames,
  latencyValues,
  limitMs,
  rulesetTrial,
  type JudgedLatency,
} from "./ruleset-clock.ts";

/** Server: so few requests are above each limit that it is held with the ruleset's confidence, not by luck. */
export const rulesetEarlyStopping: readonly CheckRule[] = [
  ...judgedLatencies.map(limitRule),
  {
    id: "early-stopping",
    asks: "Under a ruleset, in SingleStream and MultiStream, at valid and submission: enough queries for an estimate of the percentile by early stopping.",
    limit: "as many queries as LoadGen's early stopping needs",
    remedy: "Ask for at least as many queries as the message says.",
    judge: judgeStream,
  },
];

function limitRule(judged: JudgedLatency): CheckRule {
  return {
    id: `early-stopping-${judged}`,
    asks: `Under a ruleset, in Server, at valid and submission: so few requests are above the limit of ${latencyNames[judged]} that it is kept with the ruleset's confidence.`,
    limit: "as many requests as LoadGen's early stopping tolerates",
    remedy: "Ask for more requests, or lower load.rate until fewer are late.",
    judge(input) {
      const trial = rulesetTrial(input);
      if (trial === null || !trial.certified) return null;
      const { ruleset } = trial;
      const limit = limitMs(ruleset, judged);
      if (limit === null || ruleset.percentile === null) return null;
      const found = latencyValues(trial, judged);
      if ("why" in found) {
        const message = `cannot tell how many were above the ${latencyNames[judged]} limit: ${found.why}`;
        return { status: found.status, value: null, limit: null, margin: null, unit: "1", message };
      }
      const over = found.values.filter((value) => value > limit * NS_PER_MS).length;
      const stop = earlyStopping(found.values.length, over, ruleset.percentile, ruleset.earlyStoppingConfidence);
      const share = `p${figureText(ruleset.percentile * 100)}`;
      const isOne = stop.queries === 1;
      const tolerated =
        stop.allowed === null
          ? `${isOne ? "is" : "are"} too few to tolerate any`
          : `${isOne ? "tolerates" : "tolerate"} ${stop.allowed}`;
      const more = stop.met
        ? ""
        : `; ${countText(stop.more, "more request")} within the limit would be enough (${stop.needed} in all)`;
      return {
        status: stop.met ? "pass" : "fail",
        value: over,
        limit: stop.allowed ?? "none",
        margin: stop.allowed === null ? null : stop.allowed - over,
        unit: "1",
        message:
          `${over} of ${countText(stop.queries, "request")} ${over === 1 || isOne ? "was" : "were"} above the ${latencyNames[judged]} limit of ${figureText(limit)} ms; ` +
          `at ${share} and ${percentText(ruleset.earlyStoppingConfidence)} confidence ${countText(stop.queries, "request")} ${tolerated}${more}`,
      };
    },
  };
}

/** SingleStream and MultiStream have no limit: enough queries for an estimate of their percentile. */
function judgeStream(input: JudgeInput): Found | null {
  const trial = rulesetTrial(input);
  if (trial === null || !trial.certified) return null;
  const { ruleset } = trial;
  const { percentile } = ruleset;
  if (percentile === null) return null;
  if (ruleset.scenario !== "SingleStream" && ruleset.scenario !== "MultiStream") return null;
  const queries = Math.floor(measuredRequests(trial.observation).all.length / ruleset.samplesPerQuery);
  const estimate = earlyStoppingEstimate(queries, percentile, ruleset.earlyStoppingConfidence);
  const share = `p${figureText(percentile * 100)}`;
  return {
    status: estimate.met ? "pass" : "fail",
    value: queries,
    limit: estimate.needed,
    margin: queries - estimate.needed,
    unit: "1",
    message: estimate.met
      ? `${sentText(queries)}, enough for an estimate of ${share}, which discards the ${estimate.discarded} highest`
      : `${sentText(queries)}, and an estimate of ${share} needs ${estimate.needed}, ${estimate.more} more`,
    remedy: `Ask for at least ${estimate.needed} queries.`,
  };
}

function sentText(queries: number): string {
  return `${countText(queries, "query", "queries")} ${queries === 1 ? "was" : "were"} sent`;
}
