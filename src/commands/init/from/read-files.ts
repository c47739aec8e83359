import { resolve } from "node:path";
import type { Engine } from "../../../schema/engine.ts";
import { asMap, parseJson, type Json } from "../../../schema/json.ts";
import type { Assignment } from "../../../schema/knob.ts";
import { fail, succeed, type Result } from "../../../schema/result.ts";
import { isSecret } from "../../../schema/secrets.ts";
import type { World } from "../../../world/world.ts";
import { peerTools } from "../../bench/peers/index.ts";
import { benchWords, dashed, type Folders, readBenchLoad, type ReadLoad } from "./bench-load.ts";
import { ofTheShell, readEngineEntry, readEngineFlags, type LeftBehind, type ReadEngineFlags } from "./engine-flags.ts";
import { vllmCommands } from "./shell-commands.ts";

/** One way to start the engine. */
export interface Configuration {
  /** As the file calls it; null where it does not. */
  name: string | null;
  knobs: Assignment;
}

export interface Load {
  name: string | null;
  workload: NonNullable<ReadLoad["workload"]>;
}

/** What the files of another tool ask for. */
export interface ForeignStudy {
  configurations: Configuration[];
  loads: Load[];
  model: string | null;
  url: string | null;
  left: LeftBehind[];
  notes: string[];
}

/**
 * Reads parameter files of `vllm bench sweep` (a list of maps, or maps by name; of `--serve-params` or `--bench-params`) and
 * texts with command lines of `vllm serve` and `vllm bench serve`. Failures: a file that is not there, and none with either.
 */
export async function readFiles(
  world: World,
  engine: Engine,
  paths: readonly string[],
  matrixFolder: string,
): Promise<Result<ForeignStudy>> {
  const folders = { working: world.machine.workingFolder, matrix: matrixFolder };
  const study: ForeignStudy = { configurations: [], loads: [], model: null, url: null, left: [], notes: [] };
  for (const path of paths) {
    const text = await world.files.readText(resolve(world.machine.workingFolder, path));
    if (text === null) return fail("missing-file", `there is no file ${path}`, "Paths count from the working folder.");
    const entries = sweepEntries(text);
    if (entries !== null) takeEntries(study, engine, entries, folders);
    else takeCommands(study, engine, text, folders);
  }
  if (study.configurations.length + study.loads.length > 0) return succeed(study);
  const [first] = study.left;
  if (first !== undefined)
    return fail("nothing-to-import", `${paths.join(", ")}: ${first.what} cannot be carried over`, `${first.why}.`);
  return fail(
    "nothing-to-import",
    `${paths.join(", ")}: no parameter of a sweep and no \`vllm serve\` or \`vllm bench serve\` was found`,
    "Give the files of --serve-params and --bench-params, or a script with such command lines. Loads of AIPerf and GuideLLM: `ceteris bench` takes their flags.",
  );
}

interface Entry {
  name: string | null;
  parameters: { [name: string]: Json };
}

/** Null of a text that is no sweep's file. */
function sweepEntries(text: string): Entry[] | null {
  const found = parseJson(text);
  if (found === undefined) return null;
  const named: [string | null, Json][] = Array.isArray(found)
    ? found.map((one) => [null, one])
    : Object.entries(asMap(found) ?? {});
  return named.flatMap(([name, parameters]) => {
    const { _benchmark_name: own, ...rest } = asMap(parameters) ?? {};
    return asMap(parameters) === null ? [] : [{ name: typeof own === "string" ? own : name, parameters: rest }];
  });
}

const benchNames = new Set(peerTools[0]?.flags.flatMap(({ names }) => names));

/** A file is of the server where it knows more of the names than the client does. */
function takeEntries(study: ForeignStudy, engine: Engine, entries: readonly Entry[], folders: Folders): void {
  const names = entries.flatMap(({ parameters }) => Object.keys(parameters));
  const known = new Set(Object.values(engine.knobs).map(({ flag = "" }) => flag));
  const ofEngine = names.filter((name) => known.has(dashed(name).split(".")[0]!)).length;
  const ofClient = names.filter((name) => benchNames.has(dashed(name))).length;
  for (const { name, parameters } of entries) {
    if (ofClient > ofEngine) {
      takeLoad(study, name, readBenchLoad(benchWords(parameters), folders));
      continue;
    }
    const read: ReadEngineFlags = { knobs: {}, model: null, left: [] };
    for (const [flag, value] of Object.entries(parameters)) readEngineEntry(engine, read, flag, value);
    takeConfiguration(study, name, read);
  }
}

function takeCommands(study: ForeignStudy, engine: Engine, text: string, folders: Folders): void {
  for (const { words, variables } of vllmCommands(text)) {
    if (words[1] === "serve") {
      const read = readEngineFlags(engine, words.slice(2));
      for (const [name, value] of Object.entries(variables)) {
        if (isSecret(name, value))
          read.left.push({ what: name, why: "secrets stay in your shell, which hands on what the engine file names" });
        else if (value.includes("$")) read.left.push({ what: `${name}=${value}`, why: ofTheShell });
        else read.knobs[`env.${name}`] = value;
      }
      takeConfiguration(study, null, read);
    } else if (words[2] === "serve") takeLoad(study, null, readBenchLoad(words.slice(3), folders));
    else study.left.push({ what: words.slice(0, 3).join(" "), why: "only `vllm bench serve` is read" });
  }
}

function takeConfiguration(study: ForeignStudy, name: string | null, { knobs, model, left }: ReadEngineFlags): void {
  study.model ??= model;
  if (model !== null && model !== study.model)
    left.push({ what: model, why: `a study has one model here: ${study.model}` });
  study.left.push(...left);
  const isThere = study.configurations.some((other) => JSON.stringify(other.knobs) === JSON.stringify(knobs));
  if (!isThere) study.configurations.push({ name, knobs });
}

function takeLoad(study: ForeignStudy, name: string | null, { workload, model, url, left, notes }: ReadLoad): void {
  study.model ??= model;
  study.url ??= url;
  study.left.push(...left);
  study.notes.push(...notes);
  if (workload !== null && !study.loads.some((other) => JSON.stringify(other.workload) === JSON.stringify(workload)))
    study.loads.push({ name, workload });
}
