import { asMap, memberAlong, parseMap, type Json } from "./json.ts";
import { statuses } from "./verdict.ts";

/** A stored value, in the names of the disk. */
export type Stored = { [key: string]: Json };

const isOfKind = {
  text: (value: Json | undefined) => typeof value === "string",
  number: (value: Json | undefined) => typeof value === "number",
  map: (value: Json | undefined) => asMap(value) !== null,
  list: (value: Json | undefined) => Array.isArray(value),
};

/** Members that every reader of a stored file relies on, with their dotted paths in the names of the disk. */
type Members = readonly { path: string; names: string[]; kind: keyof typeof isOfKind }[];

function members(kinds: Readonly<Record<string, keyof typeof isOfKind>>): Members {
  return Object.entries(kinds).map(([path, kind]) => ({ path, names: path.split("."), kind }));
}

const ofTrial = members({
  study: "text",
  "spec.trial_id": "text",
  "spec.experiment_id": "text",
  "spec.experiment": "text",
  "spec.purpose": "text",
  "spec.fidelity": "text",
  "spec.block": "number",
  "spec.position": "number",
  "spec.replicate": "number",
  "spec.attempt": "number",
  "labels.name": "text",
  configuration_id: "text",
  identity: "map",
  knobs: "map",
  resolved: "list",
  phases: "list",
  measurements: "list",
  "verdict.status": "text",
  "verdict.reason": "text",
  "verdict.checks": "list",
});

const ofProvenance = members({
  host: "map",
  engine: "map",
  model: "map",
  dataset: "map",
  gpus: "list",
  missing: "list",
});

const ofLaunch = members({
  id: "text",
  study: "text",
  engine: "text",
  started_at: "text",
  ordinal: "number",
  argv: "list",
  environment_values: "list",
  members: "list",
  phases: "list",
});

const ofStudy = members({
  name: "text",
  fidelity: "text",
  baselines: "list",
  experiments: "list",
  contrasts: "list",
});

const ofSubmission = members({ id: "text", executor: "text", submitted_at: "text", jobs: "list" });

/** Units of counts and of rates of counts, which cannot be negative. */
const neverNegative: ReadonlySet<Json> = new Set<Json>(["tok", "tok/s", "req/s", "turns/s", "conversations/s"]);

/** What is wrong with the shape of a stored trial, in words to put behind its path; null where its readers find all they need. */
export function brokenTrial(stored: Stored): string | null {
  const lacking = brokenMember(stored, ofTrial);
  if (lacking !== null) return lacking;
  const { status } = stored["verdict"] as Stored;
  if (!statuses.some((known) => known === status)) return `has the status ${JSON.stringify(status)}`;
  const provenance = stored["provenance"] ?? null;
  if (provenance !== null) {
    const facts = asMap(provenance);
    const wrong = facts === null ? "is no map" : brokenMember(facts, ofProvenance);
    if (wrong !== null) return `has a provenance that ${wrong}`;
  }
  for (const measurement of stored["measurements"] as Json[]) {
    const wrong = brokenMeasurement(measurement);
    if (wrong !== null) return wrong;
  }
  return null;
}

/** What is wrong with the shape of a stored launch. */
export function brokenLaunch(stored: Stored): string | null {
  return brokenMember(stored, ofLaunch);
}

/** What is wrong with the shape of a study's record. */
export function brokenStudy(stored: Stored): string | null {
  return brokenMember(stored, ofStudy);
}

/** What is wrong with the shape of what was handed out. */
export function brokenSubmission(stored: Stored): string | null {
  return brokenMember(stored, ofSubmission);
}

/** Says that a folder holds a copy of a trial whose own folder is there too; null where it does not. */
export function copyOf(trialId: string, folderName: string, folderNames: ReadonlySet<string>): string | null {
  return trialId !== folderName && folderNames.has(trialId) ? `holds a copy of trial ${trialId}` : null;
}

/**
 * Names that the trials of a study's folder carry: the folder's own, and that of its record, since a folder may be renamed.
 * Null where the record cannot be read, and nothing is known.
 */
export function studyNames(folderName: string, record: string | null): ReadonlySet<string> | null {
  const name = parseMap(record ?? "")?.["name"];
  return typeof name === "string" ? new Set([folderName, name]) : null;
}

/** Says that a trial was put into the folder of another study; null where it was not. */
export function foreignTo(names: ReadonlySet<string> | null, study: string): string | null {
  return names === null || names.has(study) ? null : `is a trial of the study ${study}`;
}

function brokenMeasurement(stored: Json): string | null {
  const measurement = asMap(stored);
  if (measurement === null) return "has a measurement that is no map";
  const { metric, stat, unit, value } = measurement;
  if (typeof metric !== "string" || typeof stat !== "string") return "has a measurement without a name";
  if (value !== null && !Number.isFinite(value)) return `has no number for ${metric} ${stat}`;
  const isImpossible = typeof value === "number" && value < 0 && neverNegative.has(unit ?? null);
  return isImpossible ? `says ${metric} ${value} ${unit as string}, which cannot be` : null;
}

function brokenMember(stored: Stored, relied: Members): string | null {
  for (const { path, names, kind } of relied) {
    if (!isOfKind[kind](memberAlong(stored, names))) return `has no ${kind} \`${path}\``;
  }
  return null;
}
