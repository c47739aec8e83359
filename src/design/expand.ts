import type { Contrast, Expansion, Experiment, Row } from "../schema/experiment.ts";
import { accuracyKey, configurationId, configurationIdentity, experimentId, workloadIdentity } from "../schema/ids.ts";
import type { Json } from "../schema/json.ts";
import type { Assignment } from "../schema/knob.ts";
import type { Study } from "../schema/study.ts";
import type { Workload } from "../schema/workload.ts";
import { kindOf } from "./kinds.ts";
import { baselineRow } from "./row.ts";
import { isClientKnob, nameInScope } from "../schema/knob-scopes.ts";

/** A study's rows crossed with its workloads and the points of its sweep, and what is compared with what. */
export function expandStudy(study: Study): Expansion {
  const kind = kindOf(study);
  const { family, familyAgainstBaseline } = kind;
  const baseline = baselineRow(study);
  const rows = [baseline, ...kind.rows(study, baseline)];
  const cells = study.workloads.flatMap((workload) => sweepPoints(study).map((point) => ({ workload, point })));
  const made: Made = { configurations: new Map(), workloads: new Map() };

  const experiments: Experiment[] = [];
  const contrasts: Contrast[] = [];
  const baselines: string[] = [];
  for (const cell of cells) {
    const suffix = cellSuffix(study, cell.workload, cell.point);
    baselines.push(baseline.id + suffix);
    for (const row of rows) {
      experiments.push(experimentOf(study, row, cell, row.id + suffix, experiments.length, made));
      if (row.against === null) continue;
      const contrast = {
        treatment: row.id + suffix,
        changed: row.changed,
        ...(row.compound === undefined ? {} : { compound: row.compound }),
      };
      contrasts.push({ ...contrast, control: row.against + suffix, family });
      if (familyAgainstBaseline !== undefined && row.against !== baseline.id) {
        contrasts.push({
          ...contrast,
          control: baseline.id + suffix,
          changed: sumOfChanges(row, baseline),
          family: familyAgainstBaseline,
        });
      }
    }
  }
  return { rows, experiments, contrasts, baselines };
}

function sumOfChanges(row: Row, baseline: Row): Assignment {
  return Object.fromEntries(
    Object.entries(row.assignment).filter(([knob, value]) => baseline.assignment[knob] !== value),
  );
}

/** Every combination of the sweep's values; one empty point where there is no sweep. */
function sweepPoints(study: Study): Assignment[] {
  let points: Assignment[] = [{}];
  for (const { knob, values } of study.sweep) {
    points = points.flatMap((point) => values.map((value) => ({ ...point, [knob]: value })));
  }
  return points;
}

/** `@workload` where there are several, `@concurrency=4` where there is a sweep. */
function cellSuffix(study: Study, workload: Workload, point: Assignment): string {
  const parts = study.workloads.length > 1 ? [workload.name] : [];
  for (const [knob, value] of Object.entries(point))
    parts.push(
      `${knob.replace(/^(load|sampling)\./, "")}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
  return parts.map((part) => `@${part}`).join("");
}

function experimentOf(
  study: Study,
  row: Row,
  cell: { workload: Workload; point: Assignment },
  name: string,
  position: number,
  made: Made,
): Experiment {
  const knobs = { ...row.assignment, ...cell.point };
  const { engineKnobs, loadKnobs } = split(knobs);
  const found = remember(made.configurations, JSON.stringify(engineKnobs), () => {
    const configuration = configurationIdentity(study, row.assignment);
    return { id: configurationId(configuration), configuration };
  });
  const workload = remember(
    made.workloads,
    `${study.workloads.indexOf(cell.workload)} ${JSON.stringify(loadKnobs)}`,
    () => workloadWith(cell.workload, loadKnobs),
  );
  const identity = { configuration: found.configuration, workload: workloadIdentity(workload) };
  return {
    id: experimentId(identity),
    configurationId: found.id,
    accuracyKey: accuracyKey(found.configuration, workload),
    identity,
    knobs,
    workload,
    labels: { name, row: row.id, label: row.label, workload: cell.workload.name, position },
    skip: row.skip ?? null,
  };
}

/** An experiment of a search at one of its rates. */
export function experimentAtRate(searched: Experiment, rate: number): Experiment {
  const knobs = { ...searched.knobs, "load.rate": rate };
  const workload = workloadWith(searched.workload, { "load.rate": rate });
  const identity = { configuration: searched.identity.configuration, workload: workloadIdentity(workload) };
  const { name } = searched.labels;
  return {
    ...searched,
    id: experimentId(identity),
    accuracyKey: accuracyKey(identity.configuration, workload),
    identity,
    knobs,
    workload,
    labels: { ...searched.labels, name: `${name}@rate=${rate}` },
  };
}

/** What many experiments share, made and hashed once: a hundred thousand rows have few workloads and few configurations. */
interface Made {
  configurations: Map<string, { id: string; configuration: Json }>;
  workloads: Map<string, Workload>;
}

function remember<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}

function split(knobs: Assignment): { engineKnobs: Assignment; loadKnobs: Assignment } {
  const engineKnobs: Assignment = {};
  const loadKnobs: Assignment = {};
  for (const [knob, value] of Object.entries(knobs)) (isClientKnob(knob) ? loadKnobs : engineKnobs)[knob] = value;
  return { engineKnobs, loadKnobs };
}

/** The workload with the load and sampling knobs of an assignment in their places. */
export function workloadWith(workload: Workload, knobs: Assignment): Workload {
  const load: { [name: string]: Json } = {};
  const sampling: { [name: string]: Json } = {};
  for (const [knob, value] of Object.entries(knobs)) {
    const [loadName, samplingName] = [nameInScope(knob, "load"), nameInScope(knob, "sampling")];
    if (loadName !== null) load[loadName] = value;
    if (samplingName !== null) sampling[samplingName] = value;
  }
  if (Object.keys(load).length === 0 && Object.keys(sampling).length === 0) return workload;
  // The matrix stage has checked names and types of both. A client chunk has its barrier unless the matrix says otherwise.
  const barrier = load["batch_size"] === undefined ? {} : { barrier: true };
  return {
    ...workload,
    load: { ...barrier, ...workload.load, ...load },
    sampling: { ...workload.sampling, ...sampling },
  };
}
