import { hash } from "node:crypto";
import { hasNoLimit } from "./answer-lengths.ts";
import type { Identity } from "./experiment.ts";
import { canonicalJson, type Json } from "./json.ts";
import { loadKnobsThatAffectOutput, scopeOf, type Assignment } from "./knob.ts";
import { onceEach } from "./once-each.ts";
import { rulesetName } from "./ruleset-name.ts";
import type { Study } from "./study.ts";
import { sutOf, type Sut } from "./sut.ts";
import type { TrialSpec } from "./trial-spec.ts";
import type { LoadKnobs, RequestClass, Workload } from "./workload.ts";

/** Hex digits kept of a SHA-256: 80 bits, so that a million experiments collide with a chance of about 4e-13. */
const digits = 20;

/** `<prefix>_<hex>` of canonical JSON; the prefix names the format and is hashed with it. */
export function formatId(prefix: string, value: Json): string {
  return idOfText(prefix, canonicalJson(value));
}

function idOfText(prefix: string, canonicalText: string): string {
  return `${prefix}_${hash("sha256", `${prefix}\n${canonicalText}`, "hex").slice(0, digits)}`;
}

/** A configuration stands in three ids of each of its experiments: its text is made once. Identities are never changed once made. */
const texts = new WeakMap<object, string>();

function textOf(value: Json): string {
  if (value === null || typeof value !== "object") return canonicalJson(value);
  return texts.getOrInsertComputed(value, () => canonicalJson(value));
}

export function configurationId(configuration: Json): string {
  return idOfText("cfg1", textOf(configuration));
}

export function experimentId({ configuration, workload }: Identity): string {
  return idOfText("exp1", `{"configuration":${textOf(configuration)},"workload":${textOf(workload)}}`);
}

/** Binds an accuracy to the throughput of the same configuration: that, and all of the load that can change what is said. */
export function accuracyKey(configuration: Json, workload: Workload): string {
  return idOfText("acc1", `{"configuration":${textOf(configuration)},${saidText(workload)}}`);
}

/** Canonical text of the members of a workload that can change what is said. */
const saidText = onceEach((workload: Workload): string => {
  const { endpoint, sampling } = workload;
  const load: { [name: string]: Json } = {};
  for (const name of loadKnobsThatAffectOutput) {
    const value = workload.load[name];
    if (value !== undefined) load[name] = value;
  }
  return [
    `"endpoint":"${endpoint}"`,
    ...neutralLeftOut("extra_body", workload.extraBody as Json),
    `"load":${canonicalJson(load)}`,
    ...neutralLeftOut("models", modelsOf(workload)),
    `"sampling":${textOf(sampling)}`,
    ...neutralLeftOut("unique", workload.unique || null),
  ].join(",");
}, new WeakMap());

/** What the classes of a workload are sent with that can change an answer. */
function modelsOf({ classes }: Workload): Json {
  return classes
    .filter((one) => one.model !== undefined || one.extra_body !== undefined || one.sampling !== undefined)
    .map(({ model = null, share = 1, extra_body: extra = {}, sampling }) => ({
      model,
      share,
      extra_body: extra as Json,
      ...(sampling === undefined ? {} : { sampling: { ...sampling } }),
    }));
}

function neutralLeftOut(name: string, value: Json): string[] {
  return isNeutral(value) ? [] : [`"${name}":${canonicalJson(value)}`];
}

/** What `configurationId` covers. Members that are at their neutral value are absent, so that later ones change no id. */
export function configurationIdentity(study: Study, settings: Assignment): Json {
  const knobs: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(settings)) {
    if (scopeOf(name) === null || scopeOf(name) === "env") knobs[name] = value;
  }
  const frame = frameOf(sutOf(study, settings));
  if (Object.keys(knobs).length === 0) return frame.members;
  const identity = { ...frame.members, knobs };
  texts.set(identity, `{${[...frame.before, `"knobs":${canonicalJson(knobs)}`, ...frame.after].join(",")}}`);
  return identity;
}

/** All of a configuration but its knobs: the same for every row of one system, so that its text is made once for a hundred thousand. */
interface Frame {
  members: { [key: string]: Json };
  /** Canonical text of the members that come before and after `knobs`. */
  before: string[];
  after: string[];
}

const frameOf = onceEach((sut: Sut): Frame => {
  const members = withoutNeutral({
    engine: sut.engine.name,
    environment_lock: sut.engine.environmentLock,
    version: sut.version,
    model: sut.model,
    revision: sut.revision,
    tokenizer: sut.tokenizer,
    always: sut.engine.always,
    variables: { ...sut.engine.variables },
    extra_args: sut.extraArgs,
    prefix: sut.prefix,
    before_launch: sut.beforeLaunch,
  });
  const names = Object.keys(members).toSorted();
  const textsOf = (chosen: string[]) =>
    chosen.map((name) => `${JSON.stringify(name)}:${canonicalJson(members[name] ?? null)}`);
  return {
    members,
    before: textsOf(names.filter((name) => name < "knobs")),
    after: textsOf(names.filter((name) => name > "knobs")),
  };
}, new WeakMap());

/** What the workload adds to `experimentId`. Counts, names and paths of the machine are not in it. One object for one workload. */
export const workloadIdentity: (workload: Workload) => Json = onceEach(
  (workload: Workload) =>
    withoutNeutral({
      ruleset: rulesetName(workload),
      scenario: workload.scenario,
      endpoint: workload.endpoint,
      prompt: workload.prompt,
      dataset: datasetIdentity(workload.dataset),
      selection: withoutNeutral({ ...workload.selection }),
      sampling: samplingIdentity(workload),
      load: loadIdentity(workload.load),
      arrivals: workload.arrivals === null ? null : { ...workload.arrivals },
      cancel: workload.cancel === null ? null : { ...workload.cancel },
      classes: workload.classes.map(classIdentity),
      extra_body: workload.extraBody as Json,
      prompt_lengths: workload.promptLengths === "as_made" ? null : workload.promptLengths,
      unique: workload.unique || null,
      warmup_requests: workload.warmupRequests,
      warmup_until_steady: steadyGateIdentity(workload),
      cache: workload.cache,
      deadline_s: workload.deadlineS,
    }),
  new WeakMap(),
);

/** Where a file's own lengths are asked for, no limit is part of it. */
function samplingIdentity(workload: Workload): Json {
  const { max_tokens: most, ...sampling } = workload.sampling;
  return hasNoLimit(workload) ? sampling : { ...sampling, max_tokens: most };
}

/** Cores are the machine's, and one worker is what there is without the knob. */
function loadIdentity(knobs: LoadKnobs): Json {
  const { cores: _, workers, ...load } = knobs;
  return withoutNeutral({ ...load, workers: workers === 1 ? undefined : workers });
}

function steadyGateIdentity({ warmupUntilSteady: gate }: Workload): Json {
  return gate ? { cv: gate.cv, over: gate.over, longest_s: gate.longestS } : null;
}

/** A class without its limits: those judge, and change nothing that is sent. */
function classIdentity(requestClass: RequestClass): Json {
  const { slo: _, dataset, ...sent } = requestClass;
  const asked = dataset === undefined ? {} : { dataset: datasetIdentity(dataset) };
  return { ...(JSON.parse(JSON.stringify(sent)) as { [key: string]: Json }), ...asked };
}

/** A dataset is its declaration; where its file lies on this machine is not. A jsonl's path is its name, as the matrix says it. */
function datasetIdentity(dataset: Workload["dataset"]): Json {
  if (dataset.kind === "cnn-dailymail") return { kind: dataset.kind, form: dataset.form ?? "eval" };
  return withoutNeutral(JSON.parse(JSON.stringify(dataset)) as { [key: string]: Json });
}

function withoutNeutral(members: { [key: string]: Json | undefined }): { [key: string]: Json } {
  const kept: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(members)) if (value !== undefined && !isNeutral(value)) kept[key] = value;
  return kept;
}

function isNeutral(value: Json): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** What a trial's id says: words that nobody has checked. */
interface TrialIdParts extends Pick<TrialSpec, "experimentId" | "replicate" | "attempt"> {
  purpose: string;
  fidelity: string;
}

export function trialId({ experimentId: experiment, purpose, fidelity, replicate, attempt }: TrialIdParts): string {
  return `${experiment}-${purpose}-${fidelity}-r${replicate}-a${attempt}`;
}

/** Null of a text that is no trial's id. */
export function trialIdParts(id: string): TrialIdParts | null {
  const found = /^(exp1_[0-9a-f]+)-([a-z]+)-([a-z]+)-r(\d+)-a(\d+)$/.exec(id);
  if (found === null) return null;
  const [, experiment = "", purpose = "", fidelity = "", replicate, attempt] = found;
  return { experimentId: experiment, purpose, fidelity, replicate: Number(replicate), attempt: Number(attempt) };
}
