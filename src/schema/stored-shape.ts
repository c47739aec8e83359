import { asMap, memberAlong, parseMap, type Json } from "./json.ts";
import { statuses } from "./trial.ts";

/** A stored value, in the names of the disk. */
export type Stored = { [key: string]: Json };

const isOfKind = {
  text: (value: Json | undefined) => typeof value === "string",
  number: (value: Json | undefined) => typeof value === "number",
  map: (value: Json | undefined) => asMap(value) !== null,
  list: (value: Json | undefined) => Array.isArray(value),
};

/** Says which of the members that every reader relies on a stored value lacks, by their dotted paths in the names of the disk. */
function lacking(kinds: Readonly<Record<string, keyof typeof isOfKind>>): (stored: Stored) => string | null {
  const members = Object.entries(kinds).map(([path, kind]) => ({ path, names: path.split("."), kind }));
  return (stored) => {
    const lost = members.find(({ names, kind }) => !isOfKind[kind](memberAlong(stored, names)));
    return lost === undefined ? null : `has no ${lost.kind} \`${lost.path}\``;
  };
}

const lackingOfTrial = lacking({
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

const lackingOfProvenance = lacking({
  host: "map",
  engine: "map",
  model: "map",
  dataset: "map",
  gpus: "list",
  missing: "list",
});

/** What is wrong with the shape of a stored launch. */
export const brokenLaunch = lacking({
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

/** What is wrong with the shape of a study's record. */
export const brokenStudy = lacking({
  name: "text",
  fidelity: "text",
  baselines: "list",
  experiments: "list",
  contrasts: "list",
});

/** What is wrong with the shape of what was handed out. */
export const brokenSubmission = lacking({ id: "text", executor: "text", submitted_at: "text", jobs: "list" });

/** Units of counts and of rates of counts, which cannot be negative. */
const neverNegative: ReadonlySet<Json> = new Set<Json>(["tok", "tok/s", "req/s", "turns/s", "conversations/s"]);

/** What is wrong with the shape of a stored trial, in words to put behind its path; null where its readers find all they need. */
export function brokenTrial(stored: Stored): string | null {
  const lost = lackingOfTrial(stored);
  if (lost !== null) return lost;
  const { status } = stored["verdict"] as Stored;
  if (!statuses.some((known) => known === status)) return `has the status ${JSON.stringify(status)}`;
  const provenance = stored["provenance"] ?? null;
  if (provenance !== null) {
    const facts = asMap(provenance);
    const wrong = facts === null ? "is not a map" : lackingOfProvenance(facts);
    if (wrong !== null) return `has a provenance that ${wrong}`;
  }
  for (const measurement of stored["measurements"] as Json[]) {
    const wrong = brokenMeasurement(measurement);
    if (wrong !== null) return wrong;
  }
  return null;
}

/**
 * Names that the trials of a study's folder carry: the folder's own, and that of its record, since a folder may be renamed.
 * Null where the record cannot be read, and nothing is known.
 */
export function studyNames(folderName: string, record: string | null): ReadonlySet<string> | null {
  const name = parseMap(record ?? "")?.["name"];
  return typeof name === "string" ? new Set([folderName, name]) : null;
}

function brokenMeasurement(stored: Json): string | null {
  const measurement = asMap(stored);
  if (measurement === null) return "has a measurement that is not a map";
  const { metric, stat, unit, value } = measurement;
  if (typeof metric !== "string" || typeof stat !== "string") return "has a measurement without a name";
  if (value !== null && !Number.isFinite(value)) return `has no number for ${metric} ${stat}`;
  const isImpossible = typeof value === "number" && value < 0 && neverNegative.has(unit ?? null);
  return isImpossible ? `says ${metric} ${value} ${unit as string}, which cannot be` : null;
}
