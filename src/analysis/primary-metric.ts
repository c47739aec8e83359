import { asMap, asText } from "../schema/json.ts";
import type { DeclaredWorkload } from "../schema/study-record.ts";
import { isUsable, type Trial } from "../schema/trial.ts";
import { perGpuName } from "../schema/derived-figures.ts";
import type { ComparedMetric } from "../schema/headline-figures.ts";
import { gpuStanding } from "./gpus.ts";
import { armsOf, experimentsByName, type Cell, type ComparedStudy } from "./study.ts";

/** The figure that decides about a change. */
export interface PrimaryMetric extends ComparedMetric {
  /** As sentences call it. */
  title: string;
  better: "higher" | "lower";
  /** Why it decides: what the workload declares. */
  why: string;
}

type Declared = Omit<DeclaredWorkload, "name">;

const figure = (metric: string, title: string, why: string): PrimaryMetric => ({
  metric,
  stat: "value",
  purpose: "performance",
  title,
  better: "higher",
  why,
});

const ofStreams: ReadonlySet<string> = new Set(["single_stream", "multi_stream"]);
export const openLoops: ReadonlySet<string> = new Set(["open", "server", "interactive"]);

/**
 * What decides about the changes of a cell. It follows from the declaration alone, never from the results: the
 * ruleset's own figure where one judges, goodput where the workload states an SLO, steady output throughput in closed load,
 * output throughput in Offline, median latency from the schedule in an open loop, whose throughput is what was offered.
 * Throughput and goodput are per GPU where the configurations of the cell have unlike numbers of GPUs.
 * Trials that were stored before there was a steady throughput are judged by that of the whole window, and `why` says so.
 */
export function primaryMetricOf(study: ComparedStudy, cell: Cell, trials: readonly Trial[]): PrimaryMetric {
  const whole = wholeMetricOf(study, cell, trials);
  const perGpu = perGpuName(whole.metric);
  if (perGpu === null) return whole;
  const { isPerGpu, why } = gpuStanding(study, cell, trials);
  if (why === null) return whole;
  const explained = { ...whole, why: `${whole.why}; ${why}` };
  return isPerGpu ? { ...explained, metric: perGpu, title: `${whole.title} per GPU` } : explained;
}

/** The same of configurations as a whole, however many GPUs they have. */
function wholeMetricOf(study: ComparedStudy, cell: Cell, trials: readonly Trial[]): PrimaryMetric {
  const declared = declarationOf(study, cell, trials);
  const { scenario, ruleset } = declared;
  if (ruleset !== null && ofStreams.has(scenario))
    return { ...figure("loadgen_latency", "LoadGen's latency", `the headline of ${ruleset}`), better: "lower" };
  if (ruleset !== null) return figure("loadgen_tokens", "LoadGen's throughput", `the headline of ${ruleset}`);
  if (declared.slo) return figure("goodput", "goodput", "the workload states an SLO");
  if (openLoops.has(scenario)) {
    const why = "the load is an open loop without an SLO, whose throughput is the offered rate";
    return { ...figure("e2e_sched", "median latency", why), stat: "p50", better: "lower" };
  }
  if (scenario !== "closed") return figure("output_throughput", "throughput", "the load is Offline");
  const pooled = performanceOf(study, cell, trials).filter(
    (trial) => isUsable(trial) && trial.spec.fidelity === study.fidelity,
  );
  return pooled.some(({ measurements }) => !measurements.some(isSteady))
    ? figure(
        "output_throughput",
        "throughput",
        "the load is closed, and trials of an earlier version lack the steady throughput",
      )
    : figure("output_throughput_steady", "steady throughput", "the load is closed");
}

/** What the workload of a cell declares. */
export function declarationOf(study: ComparedStudy, cell: Cell, trials: readonly Trial[]): Declared {
  const workload = experimentsByName(study).get(cell.baseline)?.labels.workload;
  return study.workloads?.find(({ name }) => name === workload) ?? declaredIn(performanceOf(study, cell, trials));
}

function performanceOf(study: ComparedStudy, cell: Cell, trials: readonly Trial[]): Trial[] {
  const experiments = experimentsByName(study);
  const ids = new Set(armsOf(cell).map((name) => experiments.get(name)?.id));
  return trials.filter(({ spec }) => ids.has(spec.experimentId) && spec.purpose === "performance");
}

const isSteady = ({ metric }: Trial["measurements"][number]): boolean => metric === "output_throughput_steady";

/** Of a study whose record is older than its declarations: what its trials were asked for. Only a workload with limits has goodput. */
function declaredIn(trials: readonly Trial[]): Declared {
  const { scenario, ruleset } = asMap(trials[0]?.identity.workload) ?? {};
  const rows = trials.flatMap(({ measurements }) => measurements);
  return {
    scenario: asText(scenario) ?? "offline",
    ruleset: asText(ruleset),
    slo: rows.some(({ metric, value }) => metric === "goodput" && value !== null),
  };
}
