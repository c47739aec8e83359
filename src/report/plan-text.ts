import type { Experiment } from "../schema/experiment.ts";
import type { Assignment } from "../schema/knob.ts";
import type { Estimate, Plan, PlannedLoad, PlannedSearch, PlannedTraffic } from "../schema/plan.ts";
import { launchedSystems, systemLines } from "../schema/launched-systems.ts";
import { originOfEngines } from "../schema/sut.ts";
import { duration } from "./numbers.ts";
import { relationOf, text } from "./relations/relation.ts";
import { hasManyGpus, knobsText } from "./relations/wording.ts";
import { scheduleLines } from "./schedule-text.ts";
import { terminalTable } from "./writers/terminal.ts";
import { countText, saidOf } from "../math/figures.ts";

/** What is known of a plan beside its experiments and trials. */
export interface PlanFacts extends PlannedTraffic {
  search: PlannedSearch | null;
  estimate: Estimate;
  /** What the study can show; null where nobody knows. */
  power: string | null;
  /** Blocks in which each row is measured, which the fidelity may have made fewer than the matrix asks for. */
  repeats: number;
  /** How far it is; null of a study that was never run. */
  progress: string | null;
}

/** Experiments of a plan beyond this are counted, not listed: a terminal is no place for a hundred thousand rows. */
const listedExperiments = 500;

/** What `plan` prints: the experiments as a table, the order, what the study can show, the estimate, and how far it is. */
export function planText(plan: Plan, facts: PlanFacts): string {
  const { study } = plan;
  const { loadOf, scheduleOf, search, estimate, power, repeats, progress } = facts;
  const trialsOf = new Map<string, number>();
  for (const trial of plan.trials) trialsOf.set(trial.experiment, (trialsOf.get(trial.experiment) ?? 0) + 1);
  const against = againstOf(plan);
  const listed = plan.experiments.slice(0, listedExperiments);
  const experiments = relationOf("plan", listed, [
    text("experiment", "experiment", ({ labels }) => labels.name),
    text("changed", "what changed", ({ labels, computed }) => changedText(against.get(labels.name), computed)),
    text("against", "against", ({ labels }) => against.get(labels.name)?.control ?? ""),
    text("id", "id", ({ id }) => id),
    text("trials", "trials", ({ labels, skip }) => (skip === null ? (trialsOf.get(labels.name) ?? 0) : "SKIPPED")),
    hasManyGpus(plan.experiments) && text("gpus", "GPUs", ({ gpus }) => gpus ?? ""),
    text("requests", "requests", ({ workload }) => loadOf(workload).requests),
    text("seconds", "seconds", ({ workload }) => secondsText(loadOf(workload))),
  ]);
  const more = plan.experiments.length - listed.length;
  const skipped = plan.experiments.filter(({ skip }) => skip !== null);
  const systems = systemLines(launchedSystems(study, plan.experiments));
  const system = systems.length > 0 ? "" : `${study.engine.title}, ${study.model}, `;
  const page = saidOf(
    `${study.name}: ${study.question}`,
    `${system}${study.design.kind}, fidelity ${study.fidelity}${originOfEngines(study, plan.experiments) === "simulated" ? ", SIMULATED" : ""}`,
    ...systems,
    study.standIn !== null && `Stand-in: ${study.standIn}`,
    "",
    terminalTable(experiments).trimEnd(),
    more > 0 && `… and ${more} more (all of them with --json)`,
    "",
    ...skipped.slice(0, listedExperiments).map(({ labels, skip }) => `SKIPPED ${labels.name}: ${skip}`),
    `Order: ${study.order}${stopText(study)}, seed ${study.seed}${orderText(plan)}`,
    ...repeatsText(study, repeats),
    ...searchText(study, search),
    ...scheduleLines(plan, scheduleOf),
    power !== null && `Power: ${power}`,
    `Estimate: ${duration(estimate.totalS)}; ${estimate.basis}`,
    progress !== null && `So far: ${progress}`,
    "",
  );
  return page.join("\n");
}

function changedText(contrast: { changed: Assignment } | undefined, computed: Experiment["computed"]): string {
  return contrast === undefined ? "baseline" : knobsText(contrast.changed, computed);
}

/** `≥ 10`, or `64.0` where a schedule says how long. */
function secondsText({ seconds, isScheduled }: PlannedLoad): string {
  return isScheduled ? seconds.toFixed(1) : seconds > 0 ? `≥ ${seconds}` : "";
}

/** `Repeats: 1, and 2 were asked for: smoke measures a row of chat once at most (counts.smoke.repeats)`; nothing where all are measured. */
function repeatsText({ repeats: asked, fidelity, workloads }: Plan["study"], repeats: number): string[] {
  if (repeats >= asked) return [];
  const limiting = workloads.filter(({ counts }) => counts[fidelity].repeats === repeats).map(({ name }) => name);
  return [
    `Repeats: ${repeats}, and ${asked} were asked for: ${fidelity} measures a row of ${limiting.join(", ")} ` +
      `${repeats === 1 ? "once" : `${repeats} times`} at most (counts.${fidelity}.repeats)`,
  ];
}

/** What a search will try; its trials follow from each other, so that none of them stands in the order. */
function searchText({ peak }: Plan["study"], search: PlannedSearch | null): string[] {
  if (peak === null || search === null) return [];
  const { from, to, most, share } = peak;
  const bound = to === null ? "" : `, at most ${to}`;
  const sustained = search.sustained > 0 ? `${search.sustained} sustained` : "";
  const then = [sustained, search.hasAccuracy ? "accuracy" : ""].filter((one) => one !== "").join(" and ");
  const after = then === "" ? "" : `, then ${then} at the highest rate that held`;
  return [
    `Peak: ${countText(search.experiments, "search", "searches")} from ${from} requests a second${bound}, up to ${countText(most, "probe")} each in one launch${after}; ` +
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

/** Where a stop rule may end a curve, the load is not at random places. */
function stopText({ workloads }: Plan["study"]): string {
  const ruled = workloads.filter(({ stop }) => stop !== undefined);
  if (ruled.length === 0) return "";
  const which = ruled.length === workloads.length ? "" : ` of ${ruled.map(({ name }) => name).join(", ")}`;
  return `, each curve${which} from its lowest load up, since \`stop\` may end it`;
}

function orderText(plan: Plan): string {
  const shown = plan.trials
    .slice(0, 24)
    .map(({ experiment, purpose }) => (purpose === "performance" ? experiment : `${experiment} (${purpose})`));
  if (shown.length === 0) return "; no trial is known before the run";
  return `; ${countText(plan.trials.length, "trial")}: ${shown.join(", ")}${plan.trials.length > shown.length ? ", …" : ""}`;
}
