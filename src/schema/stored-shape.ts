import type { Json } from "./json.ts";
import { statuses } from "./verdict.ts";

/** A stored value, in the names of the disk. */
export type Stored = { [key: string]: Json };

/** Members that every reader of a stored file counts on, by what they are. In the names of the disk. */
interface Members {
  texts: readonly string[];
  numbers: readonly string[];
  maps: readonly string[];
  lists: readonly string[];
}

const ofTrial: Members = {
  texts: [
    "study",
    "spec.trial_id",
    "spec.experiment_id",
    "spec.experiment",
    "spec.purpose",
    "spec.fidelity",
    "labels.name",
    "configuration_id",
    "verdict.status",
    "verdict.reason",
  ],
  numbers: ["spec.block", "spec.position", "spec.replicate", "spec.attempt"],
  maps: ["identity", "knobs"],
  lists: ["resolved", "phases", "measurements", "verdict.checks"],
};

const ofLaunch: Members = {
  texts: ["id", "study", "engine", "started_at"],
  numbers: ["ordinal"],
  maps: [],
  lists: ["argv", "environment_values", "members", "phases"],
};

const ofStudy: Members = {
  texts: ["name", "fidelity"],
  numbers: [],
  maps: [],
  lists: ["baselines", "experiments", "contrasts"],
};

/** Units of what is counted: nothing of it can be negative. */
const neverNegative: ReadonlySet<Json> = new Set<Json>(["tok", "tok/s", "req/s", "turns/s", "conversations/s"]);

/** What is wrong with the shape of a stored trial, in words that go behind its path; null where its readers find all they need. */
export function brokenTrial(stored: Stored): string | null {
  const broken = brokenMember(stored, ofTrial);
  if (broken !== null) return broken;
  const { status } = stored["verdict"] as Stored;
  if (!statuses.some((known) => known === status)) return `has the status ${JSON.stringify(status)}`;
  const provenance = stored["provenance"] ?? null;
  if (provenance !== null) {
    const facts = { texts: [], numbers: [], maps: ["host", "engine", "model", "dataset"], lists: ["gpus", "missing"] };
    const lacking = isMap(provenance) ? brokenMember(provenance, facts) : "is no map";
    if (lacking !== null) return `has a provenance that ${lacking}`;
  }
  for (const measurement of stored["measurements"] as Json[]) {
    const wrong = brokenMeasurement(measurement);
    if (wrong !== null) return wrong;
  }
  return null;
}

/** What is wrong with a trial that stands in a folder of another name while a folder of its own is there; null where it does not. */
export function copyOf(trialId: string, folderName: string, folderNames: ReadonlySet<string>): string | null {
  return trialId !== folderName && folderNames.has(trialId) ? `holds a copy of trial ${trialId}` : null;
}

/** What is wrong with the shape of a stored launch. */
export function brokenLaunch(stored: Stored): string | null {
  return brokenMember(stored, ofLaunch);
}

/** The same of a study's record. */
export function brokenStudy(stored: Stored): string | null {
  return brokenMember(stored, ofStudy);
}

function brokenMeasurement(stored: Json): string | null {
  if (!isMap(stored)) return "has a measurement that is no map";
  const { metric, stat, unit, value } = stored;
  if (typeof metric !== "string" || typeof stat !== "string") return "has a measurement without a name";
  if (value !== null && !Number.isFinite(value)) return `has no number for ${metric} ${stat}`;
  const isImpossible = typeof value === "number" && value < 0 && neverNegative.has(unit ?? null);
  return isImpossible ? `says ${metric} ${value} ${unit as string}, which cannot be` : null;
}

function brokenMember(stored: Stored, { texts, numbers, maps, lists }: Members): string | null {
  for (const path of texts) if (typeof memberAt(stored, path) !== "string") return lacks(path, "text");
  for (const path of numbers) if (typeof memberAt(stored, path) !== "number") return lacks(path, "number");
  for (const path of maps) if (!isMap(memberAt(stored, path))) return lacks(path, "map");
  for (const path of lists) if (!Array.isArray(memberAt(stored, path))) return lacks(path, "list");
  return null;
}

function lacks(path: string, what: string): string {
  return `has no ${what} \`${path}\``;
}

function memberAt(stored: Stored, path: string): Json | undefined {
  let value: Json | undefined = stored;
  for (const name of path.split(".")) value = isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

function isMap(value: Json | undefined): value is Stored {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
