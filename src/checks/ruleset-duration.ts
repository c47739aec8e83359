import { countText, figureText } from "../math/figures.ts";
import { judgedDurationNs } from "../math/loadgen/results.ts";
import { NS_PER_S } from "../math/units.ts";
import type { Observation } from "../schema/observation.ts";
import type { RulesetScenario } from "../schema/ruleset.ts";
import type { CheckRule, JudgeInput } from "./check.ts";
import { atLeast, measuredRequests } from "./measured.ts";
import { rulesetTrial } from "./ruleset-clock.ts";

/** What is measured of a scenario, and what makes it longer. */
const words = {
  Offline: {
    what: "the longest latency was",
    remedy: "Ask for more samples: raise the expected rate, of which LoadGen makes its one query.",
  },
  Server: { what: "the last request was due after", remedy: "Ask for more requests, or for a lower load.rate." },
  SingleStream: { what: "the last request was sent after", remedy: "Ask for more requests." },
  MultiStream: { what: "the last query was sent after", remedy: "Ask for more queries." },
} as const;

/** The run is as long as the ruleset asks for, by what LoadGen compares with its shortest duration. */
export const rulesetDuration: CheckRule = {
  id: "ruleset-duration",
  asks: "Under a ruleset, at valid and submission: the run is long enough, by what LoadGen compares with its shortest duration.",
  limit: "the ruleset's",
  remedy: "Ask for more requests; in Offline raise the expected rate, of which LoadGen makes its one query.",
  judge(input) {
    const trial = rulesetTrial(input);
    if (trial === null || !trial.certified) return null;
    const { ruleset, observation } = trial;
    const value = judgedSeconds(ruleset, observation);
    if (value === null) return null;
    const limit = ruleset.minDurationMs / 1000;
    const { what, remedy } = words[ruleset.scenario];
    return {
      ...atLeast(value, limit, "s"),
      message: `${what} ${figureText(value)} s, and ${ruleset.rulesetId} asks for at least ${figureText(limit)} s in ${ruleset.name}${sizedText(input.sizing)}`,
      remedy,
    };
  },
};

/** What LoadGen compares with its shortest duration, in seconds; null where nothing was measured. */
export function judgedSeconds(ruleset: RulesetScenario, observation: Observation): number | null {
  let firstNs = Infinity;
  let maxLatencyNs = 0;
  let lastScheduledNs = 0;
  let lastIssuedNs = 0;
  const { all } = measuredRequests(observation);
  for (const { scheduledNs, sentNs, lastTokenNs, endNs } of all) {
    const dueNs = scheduledNs ?? sentNs;
    firstNs = Math.min(firstNs, dueNs);
    maxLatencyNs = Math.max(maxLatencyNs, (lastTokenNs ?? endNs) - dueNs);
    lastScheduledNs = Math.max(lastScheduledNs, dueNs);
    lastIssuedNs = Math.max(lastIssuedNs, sentNs);
  }
  if (all.length === 0) return null;
  const run = { maxLatencyNs, lastScheduledNs: lastScheduledNs - firstNs, lastIssuedNs: lastIssuedNs - firstNs };
  return judgedDurationNs(ruleset.scenario, run) / NS_PER_S;
}

function sizedText(sizing: JudgeInput["sizing"]): string {
  const earlier = (sizing?.attempts ?? []).slice(0, -1);
  if (earlier.length === 0) return "";
  const ended = earlier.map(
    ({ requests, lastedS }) => `${countText(requests, "request")} lasted ${figureText(lastedS)} s`,
  );
  return `; it was enlarged ${earlier.length === 1 ? "once" : "twice"} by what had been measured: ${ended.join(", ")}`;
}
