import type { Diagnostic } from "../schema/diagnostic.ts";
import { toDisk } from "../schema/disk.ts";
import type { Experiment } from "../schema/experiment.ts";
import { launchedSystems, systemLines } from "../schema/launched-systems.ts";
import { originOfEngines } from "../schema/sut.ts";
import type { Estimate, Plan, PlannedSchedule, PlannedTraffic } from "../schema/plan.ts";
import { againstOf } from "./plan-text.ts";

/** Items of a list that are made into text together: a plan of a hundred thousand experiments never stands in memory as text. */
const atOnce = 500;

/**
 * What `plan --json` says, as pieces of one JSON text. Without a plan the lists are empty and
 * study and estimate null.
 */
export function* planJson(
  plan: Plan | null,
  diagnostics: Diagnostic[],
  estimate: Estimate | null,
  { loadOf, scheduleOf }: PlannedTraffic,
): Generator<string, void> {
  const against = plan ? againstOf(plan) : new Map<string, never>();
  const data = (experiment: Experiment) => {
    const { requests, seconds } = loadOf(experiment.workload);
    const contrast = against.get(experiment.labels.name);
    return { ...experimentData(experiment, contrast, scheduleOf(experiment.workload)), requests, seconds };
  };
  yield `{\n "study": ${member(plan ? studyData(plan) : null)}`;
  yield ',\n "experiments": ';
  yield* list(plan?.experiments ?? [], data);
  yield ',\n "trials": ';
  yield* list(plan?.trials ?? [], (trial) => trial);
  yield ',\n "diagnostics": ';
  yield* list(diagnostics, (diagnostic) => diagnostic);
  yield `,\n "estimate": ${member(estimate)}\n}\n`;
}

function studyData({ study, experiments }: Plan) {
  const systems = launchedSystems(study, experiments);
  return {
    name: study.name,
    question: study.question,
    engine: study.engine.name,
    origin: originOfEngines(study, experiments),
    model: study.model,
    design: study.design.kind,
    fidelity: study.fidelity,
    standIn: study.standIn,
    order: study.order,
    seed: study.seed,
    ...(systemLines(systems).length === 0 ? {} : { systems }),
  };
}

function experimentData(
  experiment: Experiment,
  contrast: { control: string; changed: Experiment["knobs"] } | undefined,
  schedule: PlannedSchedule | null,
) {
  return {
    id: experiment.labels.name,
    label: experiment.labels.label,
    experimentId: experiment.id,
    configurationId: experiment.configurationId,
    knobs: experiment.knobs,
    gpus: experiment.gpus ?? null,
    changed: contrast?.changed ?? {},
    against: contrast?.control ?? null,
    skip: experiment.skip,
    ...(schedule === null ? {} : { schedule }),
  };
}

/** A list as `JSON.stringify(…, null, 1)` writes it one level down. */
function* list<Item>(items: readonly Item[], dataOf: (item: Item) => object): Generator<string, void> {
  if (items.length === 0) return yield "[]";
  for (let from = 0; from < items.length; from += atOnce) {
    // In two lists, so that the items are indented as they have to be.
    const text = JSON.stringify([items.slice(from, from + atOnce).map((item) => toDisk(dataOf(item)))], null, 1);
    yield `${from === 0 ? "[\n" : ",\n"}${text.slice("[\n [\n".length, -"\n ]\n]".length)}`;
  }
  yield "\n ]";
}

function member(value: object | null): string {
  return JSON.stringify(toDisk(value), null, 1).replaceAll("\n", "\n ");
}
