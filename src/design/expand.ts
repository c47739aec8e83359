import { assign, changedBetween } from "../schema/assignment.ts";
import type { AxisPoint } from "../schema/axis.ts";
import type { ComputedFault, ComputedResult } from "../schema/computed.ts";
import { isExcluded } from "../schema/exclusion.ts";
import type { Contrast, Expansion, Experiment, Row, SetTwice } from "../schema/experiment.ts";
import { accuracyKey, configurationId, configurationIdentity, experimentId, workloadIdentity } from "../schema/ids.ts";
import { defined, type Json } from "../schema/json.ts";
import { isClientKnob, wholeKnob, type Assignment } from "../schema/knob.ts";
import type { Study } from "../schema/study.ts";
import { engineIsReplaced, sutOf } from "../schema/sut.ts";
import type { Workload } from "../schema/workload.ts";
import { cellsOf, pointSeparator, type Cell } from "./cells.ts";
import { compute, hasComputed, numberOf } from "./computed.ts";
import { gpusOf } from "./gpus.ts";
import { kindOf } from "./kinds.ts";
import { runningNowhere } from "./nowhere.ts";
import { baselineRow, withoutUnset } from "./row.ts";
import { workloadWith } from "./workload-with.ts";

/**
 * A study's rows crossed with its systems, its workloads and the points of its sweep, and what is compared with what: rows of
 * one system, under one workload, at one point.
 */
export function expandStudy(study: Study): Expansion {
  const made: Made = {
    configurations: new Map(),
    workloads: new Map(),
    names: new Map(),
    results: [],
    faults: [],
    twice: new Map(),
  };
  const { results, faults } = made;
  const expansion: Expansion = {
    rows: [],
    experiments: [],
    contrasts: [],
    baselines: [],
    results,
    faults,
    setTwice: [],
    nowhere: runningNowhere(study),
  };
  for (const system of study.systems.length === 0 ? [null] : study.systems)
    expandSystem(study, system, expansion, made);
  expansion.setTwice.push(...made.twice.values());
  return expansion;
}

/** One system's part: its settings lie on the baseline, under what rows set. */
function expandSystem(study: Study, system: AxisPoint | null, expansion: Expansion, made: Made): void {
  const own = system === null ? study : withSystem(study, system);
  const named = system === null ? {} : { system: system.id };
  const kind = kindOf(study);
  const baseline = { ...baselineRow(own), ...named };
  const ofKind = kind.rows(own, baseline);
  const rows = system === null ? ofKind : ofKind.map((row) => ({ ...row, ...named }));
  const used = new Set<Row>();
  for (const workload of study.workloads) {
    const cells = cellsOf(study.sweep, workload, rows);
    for (const cell of cells.all) {
      const place = placeOf(study, system, workload);
      const suffix = place + cell.suffix;
      const runs = (row: Row): boolean => !isLeftOut(study, row, { system, workload, cell });
      if (!runs(baseline)) continue;
      const present = rows.filter((row) => cells.runsIn(row, cell) && runs(row));
      if (rows.length === 0 ? !cells.runsIn(baseline, cell) : present.length === 0) continue;
      expansion.baselines.push(baseline.id + suffix);
      const here = new Map<Row, Experiment>();
      for (const row of [baseline, ...present]) {
        used.add(row);
        const position = expansion.experiments.length;
        const names = {
          name: row.id + suffix,
          ...(cell.curve === null ? {} : { curve: row.id + place + cell.curve }),
        };
        const experiment = experimentOf(study, row, { workload, cell, names, position }, made);
        expansion.experiments.push(experiment);
        here.set(row, experiment);
        for (const twice of setTwice(row, cell, names.name))
          made.twice.getOrInsert(`${twice.setting} ${twice.pointer}`, twice);
      }
      for (const contrast of contrastsOf(kind, { baseline, present, rows, suffix, here }))
        expansion.contrasts.push(contrast);
    }
  }
  // One by one: a call takes about 120,000 arguments.
  expansion.rows.push(baseline);
  for (const row of rows) if (used.has(row)) expansion.rows.push(row);
}

function setTwice({ changed, pointer }: Row, { set, again }: Cell, name: string): SetTwice[] {
  const ofRow = Object.keys(set).filter((setting) => Object.hasOwn(changed, setting));
  return [
    ...ofRow.map((setting) => ({ setting, name, pointer, by: "row" as const })),
    ...again.map((one) => ({ ...one, name, by: "axis" as const })),
  ];
}

function withSystem(study: Study, { set }: AxisPoint): Study {
  const { baseline } = study;
  // What stands in the place of the baseline's knobs is of that system too.
  const changes = study.design.changes.map((change) =>
    change.instead === undefined ? change : { ...change, instead: assign(change.instead, set) },
  );
  return {
    ...study,
    baseline: { ...baseline, knobs: assign(baseline.knobs, set) },
    design: { ...study.design, changes },
  };
}

function isLeftOut(
  { exclude }: Study,
  row: Row,
  { system, workload, cell }: { system: AxisPoint | null; workload: Workload; cell: Cell },
): boolean {
  if (exclude.length === 0) return false;
  const names = {
    ...row.axisPoints,
    ...cell.names,
    row: row.id,
    workload: workload.name,
    ...(system === null ? {} : { system: system.id }),
  };
  const settings = { ...row.assignment, ...cell.set };
  return exclude.some((exclusion) => isExcluded(exclusion, { settings, names }));
}

function contrastsOf(
  { family, familyAgainstBaseline }: Pick<ReturnType<typeof kindOf>, "family" | "familyAgainstBaseline">,
  {
    baseline,
    present,
    rows,
    suffix,
    here: experiments,
  }: { baseline: Row; present: Row[]; rows: Row[]; suffix: string; here: ReadonlyMap<Row, Experiment> },
): Contrast[] {
  const here = new Map([baseline, ...present].map((row) => [row.id, row]));
  const changedIn = (row: Row, control: Row, written: Assignment): Assignment =>
    changedByValue(written, experiments.get(row)!, experiments.get(control)!);
  const all = new Map([baseline, ...rows].map((row) => [row.id, row]));
  return present.flatMap((row) => {
    // A step that does not run here is no step to be measured against: the nearest below it that does is.
    let below = row.against;
    while (below !== null && !here.has(below)) below = all.get(below)?.against ?? null;
    const control = here.get(below ?? baseline.id)!;
    const { compound, axisPoints, basePoints } = row;
    const contrast = {
      treatment: row.id + suffix,
      changed: changedIn(
        row,
        control,
        control.id === row.against ? row.changed : changedBetween(row.assignment, control.assignment),
      ),
      ...defined({ compound, axisPoints, basePoints }),
    };
    const first: Contrast = { ...contrast, control: control.id + suffix, family };
    if (familyAgainstBaseline === undefined || control === baseline) return [first];
    const changed = changedIn(row, baseline, changedBetween(row.assignment, baseline.assignment));
    return [first, { ...contrast, control: baseline.id + suffix, changed, family: familyAgainstBaseline }];
  });
}

/** What differs between two experiments of a cell where something is computed: by its value, and also what is computed from a setting that a row moves. */
function changedByValue(written: Assignment, above: Experiment, below: Experiment): Assignment {
  const computed = Object.keys({ ...above.computed, ...below.computed });
  if (computed.length === 0) return written;
  const names = new Set([...Object.keys(written), ...computed.map(wholeKnob)]);
  const changed = changedBetween(settingsOf(above, computed), settingsOf(below, computed), written);
  return Object.fromEntries(Object.entries(changed).filter(([name]) => names.has(name)));
}

/** The knobs of an experiment, and what its workload has where something is computed. */
function settingsOf({ knobs, workload }: Experiment, computed: readonly string[]): Assignment {
  const ofWorkload = computed.filter(isClientKnob).flatMap((name) => {
    const value = numberOf(name, knobs, workload);
    return typeof value === "number" ? [[name, value] as const] : [];
  });
  return { ...knobs, ...Object.fromEntries(ofWorkload) };
}

/** `@system`, `@workload` where there are several. */
function placeOf(study: Study, system: AxisPoint | null, workload: Workload): string {
  const places = [...(system === null ? [] : [system.id]), ...(study.workloads.length > 1 ? [workload.name] : [])];
  return places.map((place) => `@${place}`).join("");
}

/** Where a row runs: under which workload, at which points, by which names, and its place in the matrix. */
interface CellOfRow {
  workload: Workload;
  cell: Cell;
  names: { name: string; curve?: string };
  position: number;
}

function experimentOf(
  study: Study,
  row: Row,
  { workload: declared, cell, names, position }: CellOfRow,
  made: Made,
): Experiment {
  const written = cell.points.length === 0 ? row.assignment : withoutUnset({ ...row.assignment, ...cell.set });
  const { id, label, system } = row;
  const ofSystem = system === undefined ? {} : { system };
  const labels = { ...names, row: id, label, ...ofSystem, workload: declared.name, position };
  const skip = row.skip ?? null;
  if (!hasComputed(written, declared)) {
    const parts = sharedParts(study, written, declared, String(study.workloads.indexOf(declared)), made);
    return { ...parts, labels, skip: skip ?? sameAs(study, parts.id, names.name, made) };
  }
  const { engine } = sutOf(study, written);
  const { settings, workload, expressions, results, faults } = compute(
    written,
    declared,
    (knob) => engine.knobs[knob]?.default as Json | undefined,
  );
  const whose = { name: names.name, workload: declared.name };
  made.results.push(...results.map((result) => ({ ...result, ...whose })));
  made.faults.push(...faults.map((fault) => ({ ...fault, ...whose })));
  const parts = sharedParts(study, settings, workload, null, made);
  return { ...parts, labels, skip: skip ?? sameAs(study, parts.id, names.name, made), computed: expressions };
}

/** Why an experiment is not run again: what told it from another one, the engine or its version, was replaced. Null where nothing was, or nothing is the same. */
function sameAs(study: Study, id: string, name: string, { names }: Made): string | null {
  if (!engineIsReplaced(study)) return null;
  const first = names.get(id);
  if (first === undefined) names.set(id, name);
  return first === undefined
    ? null
    : `on ${study.engine.title}, which stands in for what the matrix names, it is the same as ${first}`;
}

/** What follows from the settings and the workload; `key` names the workload where many experiments have it. */
function sharedParts(study: Study, knobs: Assignment, declared: Workload, key: string | null, made: Made) {
  const { engineKnobs, clientKnobs } = split(knobs);
  const found = made.configurations.getOrInsertComputed(JSON.stringify(engineKnobs), () => {
    const configuration = configurationIdentity(study, engineKnobs);
    return { id: configurationId(configuration), configuration, gpus: gpusOf(sutOf(study, knobs).engine, knobs) };
  });
  const make = () => workloadWith(declared, clientKnobs);
  const workload =
    key === null ? make() : made.workloads.getOrInsertComputed(`${key} ${JSON.stringify(clientKnobs)}`, make);
  const identity = { configuration: found.configuration, workload: workloadIdentity(workload) };
  return {
    id: experimentId(identity),
    configurationId: found.id,
    accuracyKey: accuracyKey(found.configuration, workload),
    identity,
    knobs,
    workload,
    gpus: found.gpus,
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
    labels: { ...searched.labels, name: `${name}${pointSeparator}r${rate}` },
  };
}

/** What many experiments share, made and hashed once: a hundred thousand rows have few workloads and few configurations. */
interface Made {
  configurations: Map<string, { id: string; configuration: Json; gpus: number | null }>;
  workloads: Map<string, Workload>;
  /** Names of experiments, by their ids. */
  names: Map<string, string>;
  results: ComputedResult[];
  faults: ComputedFault[];
  /** By the setting and the place. */
  twice: Map<string, SetTwice>;
}

function split(knobs: Assignment): { engineKnobs: Assignment; clientKnobs: Assignment } {
  const engineKnobs: Assignment = {};
  const clientKnobs: Assignment = {};
  for (const [knob, value] of Object.entries(knobs)) (isClientKnob(knob) ? clientKnobs : engineKnobs)[knob] = value;
  return { engineKnobs, clientKnobs };
}
