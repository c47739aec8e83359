import type { Expansion } from "../schema/experiment.ts";
import type { Json } from "../schema/json.ts";
import type { Assignment } from "../schema/knob.ts";
import type { Estimate, Plan } from "../schema/plan.ts";
import { accuracyFollowsPeak, repeatsOf, searchedExperiments } from "../design/index.ts";
import { plannedLoad } from "../plan/estimate.ts";
import type { Fidelity } from "../schema/fidelity.ts";
import type { Workload } from "../schema/workload.ts";
import { changeText, formatRows } from "../report/index.ts";
import { scheduleLines } from "./schedule-text.ts";

type ExpandedPlan = Plan & { expansion: Expansion };

/** Experiments of a plan beyond this are counted, not listed: a terminal is no place for a hundred thousand rows. */
const listedExperiments = 500;

/** What `plan` prints: the experiments as a table, the order, what the study can show, the estimate, and how far it is. */
export function planText(
  plan: ExpandedPlan,
  estimate: Estimate,
  power: string | null,
  progress: string | null = null,
): string {
  const { study } = plan;
  const trialsOf = new Map<string, number>();
  for (const trial of plan.trials) trialsOf.set(trial.experiment, (trialsOf.get(trial.experiment) ?? 0) + 1);
  const against = againstOf(plan);
  const loadOf = loadShelf(study.fidelity);
  const rows = plan.experiments.slice(0, listedExperiments).map((experiment) => {
    const { name } = experiment.labels;
    const contrast = against.get(name);
    return [
      name,
      contrast ? changeText(contrast.changed) : "baseline",
      contrast?.control ?? "",
      experiment.id,
      experiment.skip === null ? String(trialsOf.get(name) ?? 0) : "SKIPPED",
      ...loadCells(loadOf(experiment.workload)),
    ] as Json[];
  });
  const more = plan.experiments.length - rows.length;
  const searched = searchedExperiments(study, plan.expansion).length;
  const skipped = plan.experiments.filter(({ skip }) => skip !== null);
  const lines = [
    `${study.name}: ${study.question}`,
    `${study.engine.title}, ${study.model}, ${study.design.kind}, fidelity ${study.fidelity}${study.engine.origin === "simulated" ? ", SIMULATED" : ""}`,
    ...(study.standIn === null ? [] : [`Stand-in: ${study.standIn}`]),
    "",
    formatRows(
      ["experiment", "what changed", "against", "id", "trials", "requests", "seconds"],
      rows,
      "table",
    ).trimEnd(),
    ...(more > 0 ? [`… and ${more} more (all of them with --json)`] : []),
    "",
    ...skipped.slice(0, listedExperiments).map(({ labels, skip }) => `SKIPPED ${labels.name}: ${skip}`),
    `Order: ${study.order}, seed ${study.seed}${orderText(plan)}`,
    ...searchText(study, searched),
    ...scheduleLines(plan),
    ...(power === null ? [] : [`Power: ${power}`]),
    `Estimate: ${duration(estimate.totalS)}; ${estimate.basis}`,
    ...(progress === null ? [] : [`So far: ${progress}`]),
    "",
  ];
  return lines.join("\n");
}

/** `512` and `≥ 10`, or `64.0` where a schedule says how long. */
function loadCells({ requests, seconds, isScheduled }: ReturnType<typeof plannedLoad>): string[] {
  return [String(requests), isScheduled ? seconds.toFixed(1) : seconds > 0 ? `≥ ${seconds}` : ""];
}

/** The same of many experiments: a workload is looked at once. */
export function loadShelf(fidelity: Fidelity): (workload: Workload) => ReturnType<typeof plannedLoad> {
  const known = new Map<Workload, ReturnType<typeof plannedLoad>>();
  return (workload) => {
    const load = known.get(workload) ?? plannedLoad(workload, fidelity);
    known.set(workload, load);
    return load;
  };
}

/** What a search will try; its trials follow from each other, so that none of them stands in the order. */
function searchText(study: Plan["study"], searched: number): string[] {
  if (study.peak === null || searched === 0) return [];
  const { from, to, most, share, sustain } = study.peak;
  const bound = to === null ? "" : `, at most ${to}`;
  const accurate = accuracyFollowsPeak(study) ? "accuracy" : "";
  const then = [sustain ? `${repeatsOf(study)} sustained` : "", accurate].filter((one) => one !== "").join(" and ");
  const after = then === "" ? "" : `, then ${then} at the highest rate that held`;
  return [
    `Peak: ${searched} searched from ${from} requests a second${bound}, up to ${most} probes each in one launch${after}; ` +
      `a rate holds where ${Number((100 * share).toPrecision(6))} % of its requests meet the workload's limits`,
  ];
}

/** The first contrast of each treatment: against its predecessor, or against the baseline where it has none. */
export function againstOf(plan: Plan): Map<string, { control: string; changed: Assignment }> {
  const against = new Map<string, { control: string; changed: Assignment }>();
  for (const { treatment, control, changed } of plan.contrasts)
    if (!against.has(treatment)) against.set(treatment, { control, changed });
  return against;
}

function orderText(plan: Plan): string {
  const shown = plan.trials
    .slice(0, 24)
    .map(({ experiment, purpose }) => (purpose === "performance" ? experiment : `${experiment} (${purpose})`));
  if (shown.length === 0) return "; no trial is known before the run";
  return `; ${plan.trials.length} trials: ${shown.join(", ")}${plan.trials.length > shown.length ? ", …" : ""}`;
}

/** `1 h 05 min`, `3 min 20 s`, `45 s`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}
