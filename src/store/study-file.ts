import { dirname, join } from "node:path";
import { fromDisk, toDisk } from "../schema/disk.ts";
import type { Engine } from "../schema/engine.ts";
import { rulesetName } from "../schema/ruleset-name.ts";
import { parseMap, sameJson, type Json } from "../schema/json.ts";
import { launchedSystems, systemLines } from "../schema/launched-systems.ts";
import { putFileAside } from "../schema/left-out.ts";
import { manifestName } from "../schema/manifest.ts";
import type { Plan } from "../schema/plan.ts";
import { fail, type Result } from "../schema/result.ts";
import { readStoredFile, studyFormat } from "../schema/stored-format.ts";
import type { DeclaredLimits, DeclaredWorkload, StudyRecord } from "../schema/study-record.ts";
import { usualStrayHostRule } from "../schema/stray-host.ts";
import { originOfEngines, sutsOf } from "../schema/sut.ts";
import type { PlannedTrial, TrialSpec } from "../schema/trial-spec.ts";
import type { Workload } from "../schema/workload.ts";
import type { World } from "../world/world.ts";
import { unsealStudy } from "./manifest.ts";
import { launchesFolder } from "./read-trials.ts";

/** What is stored of a plan; `planned` has its trials where some of them are done. */
export function studyRecord(
  plan: Plan & { expansion: { baselines: string[] } },
  matrix: string,
  planned: PlannedTrial[] = plan.trials.map(plannedTrial),
): StudyRecord {
  const { study } = plan;
  const engines = sutsOf(study, plan.experiments).map(({ engine }) => engine);
  const systems = launchedSystems(study, plan.experiments);
  return {
    format: "ceteris.study/1",
    name: study.name,
    question: study.question,
    matrix,
    design: study.design.kind,
    origin: originOfEngines(study, plan.experiments),
    standIn: study.standIn,
    engine: study.engine.name,
    engineTitle: study.engine.title,
    declaredEngine: study.declaredEngine,
    model: study.model,
    revision: study.revision,
    version: study.version,
    fidelity: study.fidelity,
    repeats: study.repeats,
    order: study.order,
    seed: study.seed,
    baseline: study.baseline,
    baselines: plan.expansion.baselines,
    plannedTrials: planned,
    experiments: plan.experiments.map(({ workload: _workload, identity: _identity, ...experiment }) => experiment),
    contrasts: plan.contrasts,
    workloads: study.workloads.map(declarationOf),
    accuracy:
      study.accuracy === null
        ? study.accuracyNotApplicable === null
          ? null
          : { notApplicable: study.accuracyNotApplicable }
        : "declared",
    outputKnobs: [...new Set(engines.flatMap(({ changesOutputs }) => changesOutputs))],
    diagnostics: plan.diagnostics,
    knobPaths: knobPathsOf(engines),
    peak: study.peak,
    ...(study.design.share === undefined ? {} : { curve: { share: study.design.share } }),
    ...stopsOf(study.workloads),
    ...(systemLines(systems).length === 0 ? {} : { systems }),
    ...(study.price === null ? {} : { price: study.price }),
    ...(study.gates.length === 0 ? {} : { gates: study.gates }),
    rules: {
      smallestEffectOfInterest: study.smallestEffect,
      ...(study.attribution === "strict" ? { attribution: study.attribution } : {}),
      ...(study.guardrails.length === 0 ? {} : { guardrails: study.guardrails }),
      ...(study.exclusions.length === 0 ? {} : { exclusions: study.exclusions }),
      ...(sameJson({ ...study.strayHost }, { ...usualStrayHostRule }) ? {} : { strayHost: study.strayHost }),
    },
  };
}

function stopsOf(workloads: readonly Workload[]): Pick<StudyRecord, "stop"> {
  const stop = workloads.flatMap(({ name, stop: limits = [] }) =>
    limits.length === 0
      ? []
      : [{ workload: name, limits: limits.map((limit) => ({ figure: limit.name, above: limit.above })) }],
  );
  return stop.length === 0 ? {} : { stop };
}

/** Where the resolved configurations hold knobs; each pair once, of whichever engine. */
function knobPathsOf(engines: readonly Engine[]): StudyRecord["knobPaths"] {
  const found = new Map<string, StudyRecord["knobPaths"][number]>();
  for (const { knobs } of new Set(engines))
    for (const [knob, { resolved: path }] of Object.entries(knobs))
      if (path !== undefined) found.set(JSON.stringify([knob, path]), { knob, path });
  return [...found.values()];
}

function declarationOf({ name, scenario, ruleset, slo, classes }: Workload): DeclaredWorkload {
  const limits = [slo, ...classes.map((one) => one.slo ?? null)];
  return {
    name,
    scenario,
    slo: limits.some((one) => one !== null && Object.keys(one).length > 0),
    ...(slo === null || Object.keys(slo).length === 0 ? {} : { limits: fromDisk<DeclaredLimits>(slo) }),
    ruleset: rulesetName({ ruleset }),
  };
}

/** A trial that is to be done, as the record keeps it. */
export function plannedTrial({
  trialId,
  experiment,
  purpose,
  block,
  position,
  launchKey,
}: TrialSpec): Required<PlannedTrial> {
  return { trialId, experiment, purpose, block, position, launchKey };
}

/** A record that keeps the experiments of an earlier one, in their places; those of the same name are the same. */
export function joinedRecord(record: StudyRecord, earlier: StudyRecord | null): StudyRecord {
  if (earlier === null) return record;
  const [own, known] = [byName(record), byName(earlier)];
  const planned = new Set(record.plannedTrials.map(({ trialId }) => trialId));
  return {
    ...record,
    origin: earlier.origin === "simulated" ? earlier.origin : record.origin,
    baselines: [...new Set([...earlier.baselines, ...record.baselines])],
    plannedTrials: [...earlier.plannedTrials.filter(({ trialId }) => !planned.has(trialId)), ...record.plannedTrials],
    experiments: [...new Set([...known.keys(), ...own.keys()])].flatMap((name, position) => {
      const experiment = own.get(name) ?? known.get(name);
      return experiment ? [{ ...experiment, labels: { ...experiment.labels, position } }] : [];
    }),
    contrasts: [...earlier.contrasts, ...record.contrasts],
    workloads: [
      ...(earlier.workloads ?? []).filter(({ name }) => !record.workloads?.some((one) => one.name === name)),
      ...(record.workloads ?? []),
    ],
  };
}

function byName({ experiments }: StudyRecord): Map<string, StudyRecord["experiments"][number]> {
  return new Map(experiments.map((experiment) => [experiment.labels.name, experiment]));
}

export const studyFileName = "study.json";

const studyFile = (resultsFolder: string, study: string): string => join(resultsFolder, study, studyFileName);

/** Writes what a run plans; when the study began stays as it was first written. */
export async function writeStudyRecord(world: World, resultsFolder: string, record: StudyRecord): Promise<void> {
  const path = studyFile(resultsFolder, record.name);
  const earlier = parseMap((await world.files.readText(path)) ?? "");
  const began = earlier === null ? world.clock.wall() : earlier["began"];
  const stored = toDisk({ ...record, ...(typeof began === "string" ? { began } : {}) });
  await writeCovered(world, path, `${JSON.stringify(stored, null, 1)}\n`);
}

/** Whether two records say the same, but for when the study began, and the places of trials, which those that are done no longer need. */
export function isSameRecord(left: StudyRecord, right: StudyRecord): boolean {
  return sameJson(withoutPlaces(left), withoutPlaces(right));
}

function withoutPlaces({ plannedTrials, began: _began, ...rest }: StudyRecord): Json {
  return toDisk({ ...rest, planned: plannedTrials.map(({ trialId }) => trialId) });
}

/** Writes a file that the study's manifest covers, where it is to be another: the manifest no longer holds then, and goes first. */
async function writeCovered(world: Pick<World, "files">, path: string, text: string): Promise<void> {
  if ((await world.files.readText(path)) === text) return;
  await unsealStudy(world, dirname(path));
  await world.files.writeText(path, text);
}

/** The matrix as the last run read it, in the study's folder. Absent in studies of earlier versions. */
export const keptMatrix = "matrix.yaml";

/** Keeps a copy of the matrix file beside what it made; one that is not there is left out. */
export async function keepMatrix(
  world: Pick<World, "files">,
  resultsFolder: string,
  study: string,
  file: string,
): Promise<void> {
  const text = await world.files.readText(file);
  if (text !== null) await writeCovered(world, join(resultsFolder, study, keptMatrix), text);
}

/** What older records lack. */
const lists = { plannedTrials: [], diagnostics: [], knobPaths: [] };

/** What the last run of a study planned. Failures: `no-such-study`, and a `study.json` that cannot be read, with what mends it. */
export async function readStudyRecord(
  { files }: Pick<World, "files">,
  resultsFolder: string,
  study: string,
): Promise<Result<StudyRecord>> {
  const path = studyFile(resultsFolder, study);
  const mend = `${putFileAside(path)}; \`ceteris run MATRIX\` writes it again, and measures nothing twice.`;
  const read = await readStoredFile(files, { format: studyFormat, path, mend }, (stored) => ({
    ...lists,
    ...fromDisk<StudyRecord>(stored),
  }));
  return (
    read ?? fail("no-such-study", `${path} is not there`, "`ceteris run MATRIX` writes it, and measures nothing twice.")
  );
}

/** Names of all studies that were run into a results folder, also of those that lost their record. A name that begins with a dot was put aside. */
export async function listStudies(world: Pick<World, "files">, resultsFolder: string): Promise<string[]> {
  const studies: string[] = [];
  for (const name of await world.files.list(resultsFolder)) {
    if (name.startsWith(".")) continue;
    const inside: string[] = await world.files.list(join(resultsFolder, name)).catch(() => []); // another user's
    if ([studyFileName, manifestName, launchesFolder].some((sign) => inside.includes(sign))) studies.push(name);
  }
  return studies;
}
