import { arrivalsOfOwnRates, haveOwnRates } from "./arrival-kinds.ts";
import type { Json } from "./json.ts";

/** The last four are LoadGen's, and take a ruleset; `offline` may have one. */
export const scenarios = [
  "offline",
  "closed",
  "open",
  "server",
  "interactive",
  "single_stream",
  "multi_stream",
] as const;
export type Scenario = (typeof scenarios)[number];

/** What a workload is that names none. */
export const defaultScenario: Scenario = "offline";

const openLoops: ReadonlySet<string> = new Set<Scenario>(["open", "server", "interactive"]);

/** True where requests go when a schedule says so, however many are open, and latencies count from it. */
export function isOpenLoop({ scenario }: { scenario: string }): boolean {
  return openLoops.has(scenario);
}

/** Scenarios whose requests, seeds and limits a ruleset says. */
const ofRuleset: readonly Scenario[] = ["server", "interactive", "single_stream", "multi_stream"];

/** The members of a workload that some scenarios alone read. */
const readBy: { readonly [member: string]: readonly Scenario[] } = {
  arrivals: ["open"],
  "load.concurrency": ["closed"],
  "load.rate": ["open", "server", "interactive"],
  "load.expected_rate": ["offline", "single_stream", "multi_stream"],
  "load.batch_size": ["offline"],
  "load.barrier": ["offline"],
  "load.max_in_flight": ["offline", "open"],
  // What LoadGen hands over one sample at a time leaves nothing to sort.
  "load.order": ["offline", "closed", "open", "multi_stream"],
};

const ofServer =
  "LoadGen's Server takes `load.rate`, and its order from the ruleset; for a concurrency, `scenario: closed`";
/** What the loads of each scenario take instead. */
const loadOf: Record<Scenario, string> = {
  offline: "an offline workload takes `load.batch_size` or `load.max_in_flight`; for a concurrency, `scenario: closed`",
  closed:
    "a closed loop takes `load.concurrency`; for client chunks, `scenario: offline`; for a rate, `scenario: open`",
  open: "an open loop takes `load.rate`, and `load.max_in_flight` for a cap on what is open; for a concurrency, `scenario: closed`",
  server: ofServer,
  interactive: ofServer,
  single_stream: "one query is open at a time, in the ruleset's order; for a concurrency, `scenario: closed`",
  multi_stream: "one query is open at a time; for a concurrency, `scenario: closed`",
};

/** Why a member does nothing, and what to do instead. */
export interface Unread {
  why: string;
  hint: string;
}

/** What decides which members of its load a workload reads. */
interface ReadingWorkload {
  scenario: Scenario;
  arrivals: { kind: string } | null;
  ruleset: unknown;
  load: { batch_size?: unknown };
}

/** Why a workload does not read a member of its own, `load.rate`; null where it reads it. */
export function whyUnread(member: string, { scenario, arrivals, ruleset, load }: ReadingWorkload): Unread | null {
  if (readBy[member]?.includes(scenario) === false) return ofOtherScenario(member, scenario);
  if (scenario === "offline" && ruleset === null) {
    const isChunked = (load.batch_size ?? null) !== null;
    if (member === "load.max_in_flight" && isChunked) return beside;
    if (member === "load.barrier" && !isChunked) return withoutChunks;
  }
  if (member === "load.rate" && arrivals !== null && haveOwnRates(arrivals)) return ratesOf(arrivals.kind);
  return member === "load.expected_rate" && ruleset === null ? withoutRuleset : null;
}

/** The members of a fragment that say nothing under a scenario and arrivals which are written above it. */
export function membersThatGiveWay(scenario: string | undefined, arrivals: string | undefined): ReadonlySet<string> {
  const ofOthers = scenarios.some((one) => one === scenario)
    ? Object.keys(readBy).filter((member) => !readBy[member]!.some((reader) => reader === scenario))
    : [];
  return new Set([...ofOthers, ...(arrivals !== undefined && haveOwnRates({ kind: arrivals }) ? ["load.rate"] : [])]);
}

function ofOtherScenario(member: string, scenario: Scenario): Unread {
  const hint =
    member === "arrivals" ? "set `scenario: open` and `load: { rate: 10 }`, or leave `arrivals` out" : loadOf[scenario];
  return { why: `the scenario is ${scenario}`, hint };
}

const ratesOf = (kind: string): Unread => ({
  why: `its ${kind} arrivals have their own rates`,
  hint: "leave the rate out, or take arrivals that are made from it: constant, poisson, gamma, ramp",
});

const beside: Unread = {
  why: "its chunks, `load.batch_size`, say how many are open",
  hint: "a load has `load.batch_size` or `load.max_in_flight`",
};

const withoutChunks: Unread = {
  why: "it sends no chunks that could wait for each other",
  hint: "a barrier is between chunks, `load.batch_size`",
};

const withoutRuleset: Unread = {
  why: "it has no ruleset, and asks what its counts say",
  hint: "leave it out, or name a `ruleset`",
};

type Schema = { [keyword: string]: Json };

/**
 * The union by scenario, as conditions on a workload: each refuses the members that the scenario does not read, with the reason as
 * `title` and the way out as `description`. The members themselves stand in one map, so that an editor completes all of them.
 * Conditions on what is absent come last: of a file that a fragment completes they do not hold.
 */
export const scenarioConditions: { written: Schema[]; absent: Schema[] } = {
  written: [
    ...scenarios.map((scenario) => where(saying({ scenario: { const: scenario } }), refusing(scenario))),
    ...arrivalsOfOwnRates.map((kind) =>
      where(
        saying({
          scenario: { const: "open" },
          arrivals: { type: "object", properties: { kind: { const: kind } }, required: ["kind"] },
        }),
        without({ "load.rate": ratesOf(kind) }),
      ),
    ),
    where(
      {
        properties: {
          scenario: { const: "offline" },
          load: { type: "object", required: ["batch_size", "max_in_flight"] },
        },
        required: ["load"],
        not: { required: ["ruleset"] },
      },
      without({ "load.max_in_flight": beside }),
    ),
  ],
  absent: [
    where({ not: { required: ["scenario"] } }, refusing(defaultScenario)),
    where(
      { not: { required: ["ruleset"] }, properties: { scenario: { enum: [...readBy["load.expected_rate"]!] } } },
      without({ "load.expected_rate": withoutRuleset }),
    ),
    where(saying({ scenario: { enum: [...ofRuleset] } }), {
      properties: {
        ruleset: {
          description:
            "this scenario's requests, seeds and limits are a ruleset's, such as `mlperf-inference-v6.1/llama3.1-8b`; `scenario: open` and `closed` need none, and one request at a time is `closed` with `load: { concurrency: 1 }`",
        },
      },
      required: ["ruleset"],
    }),
  ],
};

/** What holds where a condition does; `then` as a member would make a promise of the schema. */
function where(condition: Schema, schema: Schema): Schema {
  return { if: { not: condition }, else: schema };
}

/** True of maps that have all of these members, like this. */
function saying(members: Schema): Schema {
  return { properties: members, required: Object.keys(members) };
}

/** Refuses what a scenario does not read. */
function refusing(scenario: Scenario): Schema {
  const unread = Object.keys(readBy).filter((member) => !readBy[member]!.includes(scenario));
  return without(Object.fromEntries(unread.map((member) => [member, ofOtherScenario(member, scenario)])));
}

function without({ arrivals, ...ofLoad }: { [member: string]: Unread }): Schema {
  const refused = ({ why, hint }: Unread): Schema => ({ not: {}, title: why, description: hint });
  const load = Object.entries(ofLoad).map(([member, unread]) => [member.slice("load.".length), refused(unread)]);
  return {
    properties: {
      ...(arrivals === undefined ? {} : { arrivals: refused(arrivals) }),
      load: { properties: Object.fromEntries(load) as Schema },
    },
  };
}
