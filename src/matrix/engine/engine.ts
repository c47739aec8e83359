import { hash } from "node:crypto";
import { basename, dirname, resolve } from "node:path";
import type { Diagnostic, Location } from "../../schema/diagnostic.ts";
import { EngineFile, type EnvironmentDeclaration } from "../../schema/engine-file.ts";
import type { Engine } from "../../schema/engine.ts";
import { defined, type Json } from "../../schema/json.ts";
import { messageOf } from "../../schema/result.ts";
import { engineTree, type EngineTree } from "./engine-tree.ts";
import { checkGpuRule, gpuRule } from "./gpu-rule.ts";
import { displayPath, newGathering, type Gathering } from "../yaml/fragments.ts";
import { diagnosticAt, locate, sortDiagnostics, startOf, type Report } from "../yaml/places.ts";
import { shapeChecker } from "../yaml/shape.ts";

const checkShape = shapeChecker(EngineFile);

/**
 * Where an engine says that it is ready, where its file does not say; the limit is the issue's: 10 minutes without progress.
 * Two hours: weights of hundreds of gigabytes are downloaded within it.
 */
const defaultReadiness = { path: "/health", stalledAfterS: 600, readyWithinS: 7200 };

/**
 * Reads `<name>.yaml` of the first folder that has it, with all that it extends: maps merge deep, lists and values of the
 * extending file replace. `engine` is null where there is no engine to speak of; diagnostics name files relative to `root`.
 */
export function loadEngine(request: {
  name: string;
  read: (path: string) => string | null;
  sutFolders: string[];
  root?: string;
  /** The version whose catalogue is wanted; its files' own where it is absent. */
  version?: string;
}): { engine: Engine | null; diagnostics: Diagnostic[] } {
  const gathering = newGathering(request.root ?? dirname(request.sutFolders[0] ?? "/sut"), request.read);
  const file = `${request.name}.yaml`;
  const engine = gatherEngine(request.name, startOf(file), request.sutFolders, gathering, request.version);
  return { engine, diagnostics: sortDiagnostics(gathering.diagnostics, file) };
}

/** The same for a study that is being read: diagnostics go where its others go. `at` is the place that names the engine. */
export function gatherEngine(
  name: string,
  at: Location,
  sutFolders: string[],
  gathering: Gathering,
  version?: string,
): Engine | null {
  const checked = checkedFile(name, at, sutFolders, gathering, version);
  if (checked === null) return null;
  const { file, folder, catalogue, isReported, report } = checked;
  if (file.stand_in?.workload?.use !== undefined) {
    const message = "an engine file's stand-in workload pulls in no fragment";
    report("/stand_in/workload/use", { code: "use-not-here", message, hint: "write the workload out" });
  }
  if (file.environment === undefined) {
    if (!isReported("/environment")) {
      const message = `engine \`${name}\` lacks \`environment\``;
      const hint = "say how it comes to be there: `environment: { kind: path | uv | endpoint | docker, … }`";
      report("", { code: "missing-key", message, hint });
    }
    return null;
  }
  if (file.command === undefined && file.environment.kind !== "endpoint") {
    const hint = "add the command line: placeholders are {executable} {model} {host} {port}";
    report("", { code: "missing-key", message: `engine \`${name}\` lacks \`command\``, hint });
  }
  checkGpuRule(file, report);
  const lock = environmentLock(file.environment, folder, gathering, report);
  const engine = engineOf(file, { name, folder, catalogue, lock });
  return { ...engine, failures: [...engine.failures, ...sharedFailures(at, sutFolders, gathering)] };
}

/** The failures of `failures.yaml`, which can happen to every engine; none where there is no such file. */
function sharedFailures(at: Location, sutFolders: string[], gathering: Gathering): Engine["failures"] {
  const name = "failures";
  if (sutFolders.every((folder) => gathering.read(resolve(folder, `${name}.yaml`)) === null)) return [];
  return whole(checkedFile(name, at, sutFolders, gathering)?.file.failures);
}

/** A file of `sut/` with all that it extends, as far as it has the right shape. */
interface CheckedFile {
  file: EngineFile;
  folder: string;
  catalogue: EngineTree["catalogue"];
  /** True of a part that was faulty and left out, and so has its diagnostic. */
  isReported: (pointer: string) => boolean;
  report: Report;
}

/** Null where a file is missing or cannot be read; what is wrong with it is gathered. */
function checkedFile(
  name: string,
  at: Location,
  sutFolders: string[],
  gathering: Gathering,
  version?: string,
): CheckedFile | null {
  const found = engineTree(name, at, sutFolders, gathering, version);
  if (found === null) return null;
  const { value, places, diagnostics } = checkShape(found.tree, gathering.texts);
  gathering.diagnostics.push(...diagnostics);
  const file = value as EngineFile;
  const report: Report = (pointer, finding) => {
    const location = locate(places, pointer, "value");
    gathering.diagnostics.push(diagnosticAt(location, gathering.texts, { ...finding, severity: "error" }));
  };
  checkPatterns(file, report, gathering.slowPatterns);
  const isReported = (pointer: string): boolean => diagnostics.length > 0 && places.has(pointer);
  return { file, folder: dirname(found.file), catalogue: found.catalogue, isReported, report };
}

/**
 * What an environment is made from: sha256 of the locked list and the script that finishes it, joined by a NUL; of a container
 * its image as it is declared, with the options that it is run with. Null where nothing is locked.
 */
export function environmentLock(
  environment: EnvironmentDeclaration,
  folder: string,
  gathering: Gathering,
  report: Report,
): string | null {
  if (environment.kind === "docker") return [environment.image, ...(environment.options ?? [])].join(" ");
  if (environment.kind !== "uv") return null;
  const textOfMember = (member: "requirements" | "after") => {
    const path = environment[member];
    if (path === undefined) return "";
    const text = gathering.read(resolve(folder, path));
    if (text === null) {
      const shownAs = displayPath(gathering.root, resolve(folder, path));
      const shown = shownAs.startsWith("/") ? basename(shownAs) : shownAs;
      const hint = "paths count from the engine file's folder";
      report(`/environment/${member}`, { code: "missing-file", message: `there is no ${shown}`, hint });
    }
    return text ?? "";
  };
  const texts = `${textOfMember("requirements")}\0${textOfMember("after")}`;
  return hash("sha256", texts);
}

function checkPatterns(file: EngineFile, report: Report, slowPatterns: Gathering["slowPatterns"]): void {
  const patterns = [
    ...(file.failures ?? []).flatMap((entry, index) => [
      { pattern: entry?.pattern, pointer: `/failures/${index}/pattern` },
      { pattern: entry?.within, pointer: `/failures/${index}/within` },
    ]),
    ...(file.phases ?? []).map((entry, index) => ({ pattern: entry?.pattern, pointer: `/phases/${index}/pattern` })),
    { pattern: file.readiness?.fatal, pointer: "/readiness/fatal" },
  ].flatMap(({ pattern, pointer }) => (typeof pattern === "string" ? [{ pattern, pointer }] : [])); // a faulty one was left out
  const slow = slowPatterns?.(patterns.map(({ pattern }) => pattern)) ?? new Set();
  for (const { pattern, pointer } of patterns) {
    if (slow.has(pattern)) {
      const message =
        "this pattern may take seconds on one line of a log: it tries the same characters again and again";
      const hint = "write no repetition within a repetition, as in (a+)+, and few of .* and \\s* in one pattern";
      report(pointer, { code: "slow-pattern", message, hint });
    }
    try {
      RegExp(pattern);
    } catch (error) {
      const message = messageOf(error);
      const hint = "write a JavaScript regular expression; \\ [ ( and { have a meaning of their own";
      report(pointer, { code: "bad-pattern", message, hint });
    }
  }
}

function engineOf(
  file: EngineFile,
  facts: { name: string; folder: string; catalogue: EngineTree["catalogue"]; lock: string | null },
): Engine {
  const standIn = file.stand_in;
  return {
    name: facts.name,
    title: file.title ?? facts.name,
    version: file.version ?? null,
    catalogue:
      facts.catalogue === null ? null : { ...facts.catalogue, isSeen: file.provenance?.resolved !== undefined },
    origin: file.origin ?? "measured",
    environment: file.environment ?? { kind: "endpoint", url: "" },
    environmentLock: facts.lock,
    folder: facts.folder,
    command: whole(file.command),
    always: whole(file.always),
    revisionFlag: file.revision_flag ?? null,
    variables: file.variables ?? {},
    privateFolders: file.private_folders ?? {},
    passThrough: whole(file.pass_through),
    devicesVariable: file.devices_variable ?? null,
    readiness: readinessOf(file.readiness),
    versionProbe: file.version_probe ?? null,
    phases: whole(file.phases),
    resolved: file.resolved ?? null,
    cacheReset: whole(file.cache_reset).map(({ path, success_field: successField }) => {
      return { path, ...defined({ successField }) };
    }),
    metricsPath: file.metrics_path ?? null,
    metricNames: file.metric_names ?? {},
    tokenize: tokenizeRoute(file.tokenize),
    requestFields: (file.request_fields ?? {}) as Record<string, Json>,
    dialect: dialectOf(file.dialect),
    servedModel: file.served_model ?? null,
    finishReasons: whole(file.finish_reasons),
    ownVariables: file.own_variables?.names === undefined ? null : file.own_variables,
    flagsSince: file.flags_since ?? {},
    notKnobs: file.not_knobs ?? {},
    inFlight: file.in_flight ?? null,
    ownCores: file.own_cores ?? false,
    dummyWeights: file.dummy_weights?.knob === undefined ? null : (file.dummy_weights as Engine["dummyWeights"]),
    modelLength: file.model_length?.knob === undefined ? null : file.model_length,
    prefixCache: file.prefix_cache ?? null,
    gpus: gpuRule(file.gpus),
    gpuNeeds: {
      capability: whole(file.gpu_needs?.capability),
      memoryShare: file.gpu_needs?.memory_share ?? null,
      changesWeights: file.gpu_needs?.changes_weights === undefined ? null : whole(file.gpu_needs.changes_weights),
    },
    changesOutputs: whole(file.changes_outputs),
    profilers: file.profilers ?? {},
    failures: whole(file.failures),
    couplings: whole(file.couplings),
    cannotRun: whole(file.cannot_run),
    inert: whole(file.inert),
    standIn: standIn === undefined ? null : { ...standIn, because: standIn.because ?? "another model and dataset" },
    knobs: Object.fromEntries(
      Object.entries(file.knobs ?? {}).filter(([, definition]) => definition?.type !== undefined),
    ),
  };
}

/** The usual one also where its path was faulty and left out. */
function readinessOf(file: EngineFile["readiness"]): Engine["readiness"] {
  if (file?.path === undefined) return defaultReadiness;
  const { path, stalled_after_s: stalledAfterS, ready_within_s: readyWithinS, fatal } = file;
  return { ...defaultReadiness, path, ...defined({ stalledAfterS, readyWithinS, fatal }) };
}

/** Null also where a member that it needs was faulty and left out. */
function tokenizeRoute(file: EngineFile["tokenize"]): Engine["tokenize"] {
  if (file?.path === undefined || file.text === undefined || file.count === undefined) return null;
  return {
    path: file.path,
    text: file.text,
    fields: (file.fields ?? {}) as Record<string, Json>,
    partFields: (file.part_fields ?? {}) as Record<string, Json>,
    messages: file.messages ?? null,
    count: file.count,
  };
}

function dialectOf(file: EngineFile["dialect"]): Engine["dialect"] {
  return { lacks: file?.lacks ?? {}, names: file?.names ?? {}, topKOfAll: file?.top_k_of_all ?? null };
}

/** A list without the items that were faulty. */
function whole<Item>(list: Item[] | undefined): Item[] {
  return (list ?? []).filter((item) => item !== null);
}
