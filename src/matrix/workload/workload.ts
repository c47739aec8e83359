import { withOwnMaxTokens } from "../../schema/answer-lengths.ts";
import { fixedLengths, isMadeOfTokens } from "../../schema/dataset-declaration.ts";
import { fidelities, type Fidelity } from "../../schema/fidelity.ts";
import type { RulesetScenario } from "../../schema/ruleset.ts";
import { isOpenLoop } from "../../schema/scenario.ts";
import {
  usedDatasets,
  type Count,
  type FilledCount,
  type SloDeclaration,
  type Workload,
  type WorkloadFile,
} from "../../schema/workload.ts";
import { samplingDefaults, workloadDefaults } from "./workload-defaults.ts";
import { defined } from "../../schema/json.ts";

/** What a workload names and another file says. */
export interface NamedRules {
  ruleset: RulesetScenario | null;
  slo: SloDeclaration | null;
}

/** A workload with everything filled in: by itself, by its ruleset, by the defaults. A file without a dataset has its diagnostic; an empty synthetic one holds its place. */
export function completeWorkload(file: WorkloadFile, name: string, { ruleset, slo }: NamedRules): Workload {
  // A class that is not a map has its diagnostic, and is null here.
  const classes = (file.classes ?? [])
    .filter((one) => one !== null)
    .map((one) => (one.dataset === undefined ? one : { ...one, dataset: fixedLengths(one.dataset) }));
  const dataset = fixedLengths(file.dataset ?? classes[0]?.dataset ?? { kind: "synthetic" });
  const isMade = usedDatasets({ dataset, classes }).every((used) => isMadeOfTokens(used.dataset));
  const scenario = file.scenario ?? workloadDefaults.scenario;
  const endpoint = file.endpoint ?? workloadDefaults.endpoint;
  const load = { order: workloadDefaults.order, ...file.load };
  const written = { ...ruleset?.generation, ...file.sampling };
  const workload: Workload = {
    name: file.workload ?? name,
    ruleset,
    scenario,
    endpoint,
    ...promptsOf(file, isMade, endpoint),
    dataset,
    selection: file.selection ?? {},
    sampling: { ...samplingDefaults(), ...written },
    ...(written.max_tokens === undefined ? { maxTokensFollow: true } : {}),
    load: load.batch_size === undefined ? load : { barrier: workloadDefaults.barrier, ...load },
    arrivals: arrivalsOf(file, scenario),
    slo: slo ?? limitsOf(ruleset),
    cancel: file.cancel ?? null,
    classes,
    extraBody: file.extra_body ?? {},
    unique: file.unique ?? false,
    warmupRequests: file.warmup?.requests ?? workloadDefaults.warmupRequests,
    ...steadyGateOf(file.warmup),
    cache: file.cache ?? workloadDefaults.cache,
    deadlineS: file.deadline_s ?? workloadDefaults.deadlineS,
    ...completeCounts(file, ruleset),
  };
  return withOwnMaxTokens(workload);
}

/** The form that the endpoint takes. A matrix that says `prompt: text` itself means texts as they are made: its ids cover that. */
function promptsOf(
  file: WorkloadFile,
  isMade: boolean,
  endpoint: Workload["endpoint"],
): Pick<Workload, "prompt" | "promptLengths"> {
  const { prompt, promptLengths } = workloadDefaults;
  const ofChat = isMade && endpoint === "chat" && file.prompt === undefined;
  return {
    prompt: file.prompt ?? (isMade ? prompt.synthetic[endpoint] : prompt.written),
    promptLengths: file.prompt_lengths ?? promptLengths[ofChat ? "chat" : "otherwise"],
  };
}

/** Only an open loop of ours reads them; LoadGen's are Poisson. */
function arrivalsOf({ arrivals }: WorkloadFile, scenario: Workload["scenario"]): Workload["arrivals"] {
  if (scenario === "open") return arrivals ?? workloadDefaults.arrivals;
  return isOpenLoop({ scenario }) ? { kind: "poisson" } : null;
}

/** The limits of a ruleset, for goodput; null where it has none. */
function limitsOf(ruleset: RulesetScenario | null): SloDeclaration | null {
  const { ttftMs, tpotMs, latencyMs } = ruleset?.limits ?? {};
  const limits = { ttft_ms: ttftMs ?? undefined, tpot_ms: tpotMs ?? undefined, e2e_ms: latencyMs ?? undefined };
  const stated = defined(limits);
  return Object.keys(stated).length === 0 ? null : stated;
}

/** Where a result is certified, a ruleset's counts hold, whatever the workload says. */
function completeCounts(file: WorkloadFile, ruleset: RulesetScenario | null): Pick<Workload, "counts" | "countsOfAll"> {
  const ruled = ruleset === null ? {} : { requests: fewestRequests(ruleset), seconds: ruleset.minDurationMs / 1000 };
  const rules: Partial<Record<Fidelity, Partial<Count>>> = { valid: ruled, submission: ruled };
  const { requests, seconds, ...own } = file.counts ?? {};
  const ofAll = defined({ requests, seconds });
  const countsOfAll = fidelities.filter((fidelity) => hasLimit(ofAll) && !hasLimit(own[fidelity]));
  const complete = fidelities.map((fidelity) => {
    const said = countsOfAll.includes(fidelity) ? { ...ofAll, ...own[fidelity] } : own[fidelity];
    return [fidelity, { ...limitsAt(fidelity, said), ...rules[fidelity] }];
  });
  const counts = Object.fromEntries(complete) as Record<Fidelity, FilledCount>;
  return { counts, ...(countsOfAll.length === 0 ? {} : { countsOfAll }) };
}

function hasLimit({ requests, seconds }: Count = {}): boolean {
  return requests !== undefined || seconds !== undefined;
}

/** A count that gives requests or seconds has no other limit than those; else the defaults hold. */
function limitsAt(fidelity: Fidelity, own: Count = {}): FilledCount {
  const { requests, seconds, ...others }: FilledCount = workloadDefaults.counts[fidelity];
  // Where seconds alone are given, they end the trial, and one request is enough.
  return hasLimit(own) ? { ...others, requests: 1, ...own } : { requests, seconds, ...others, ...own };
}

/** What a ruleset asks for at least; how many it is in the end, LoadGen's settings say. */
function fewestRequests({ scenario, minQueryCount, samplesPerQuery, equalIssue, performanceSamples }: RulesetScenario) {
  if (scenario === "MultiStream") return minQueryCount * samplesPerQuery;
  return equalIssue ? Math.ceil(minQueryCount / performanceSamples) * performanceSamples : minQueryCount;
}

function steadyGateOf(warmup: WorkloadFile["warmup"]): Pick<Workload, "warmupUntilSteady"> {
  if (warmup?.until_steady === undefined) return {};
  const { cv, over, longest_s: longestS } = { ...workloadDefaults.untilSteady, ...warmup.until_steady };
  return { warmupUntilSteady: { cv, over, longestS } };
}
