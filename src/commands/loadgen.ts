import { join, relative, resolve } from "node:path";
import { requestBody, requestPath } from "../client/index.ts";
import { loadDataset } from "../dataset/index.ts";
import { designKinds } from "../design/index.ts";
import { cacheFolderOf, makeEnvironment } from "../engine/index.ts";
import { test06Config } from "../exporters/index.ts";
import { loadStudy, rulesetScenario } from "../matrix/index.ts";
import { rulesetNamed, rulesetPlaces, sutFolders } from "../plan/index.ts";
import { toDisk } from "../schema/disk.ts";
import { exitCodes } from "../schema/exit-code.ts";
import { fail, succeed, type Fault, type Result } from "../schema/result.ts";
import { formsOf } from "../schema/secrets.ts";
import type { RulesetScenario } from "../schema/ruleset.ts";
import type { Endpoint } from "../schema/sample.ts";
import type { Workload } from "../schema/workload.ts";
import type { World } from "../world/world.ts";
import { defaultKeyVariable } from "./bench/bench-headers.ts";
import { findServer, type BenchServer } from "./bench/bench-server.ts";
import { explainDiagnostics, explainFault } from "./explain.ts";
import { concludeTest06, eosTokenIds } from "./mlperf/loadgen-test06.ts";
import { bridgeTable } from "../report/index.ts";
import { bridgeAnswer } from "./mlperf/loadgen-answer.ts";
import { bridgeSettings, departures, fullPasses, type BridgeSettings } from "./mlperf/loadgen-settings.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { loadgenFlags } from "./flags.ts";

/** The flags of `ceteris loadgen`, as they were given. */
export type LoadgenOptions = OptionsOf<typeof loadgenFlags> & { url: string };

const defaults = { deadlineS: 600, inputTokens: 128, outputTokens: 128 };

/** `ceteris loadgen URL`: the official LoadGen against a server that runs already; its logs, and what we read in them. */
export async function loadgenCommand(world: World, options: LoadgenOptions, signal: AbortSignal): Promise<number> {
  const rules = await rulesOf(world, options);
  if (!rules.ok) return explainFault(world, rules.problem);
  const isTest06 = options.mode === "test06";
  const eosIds = isTest06 ? eosTokenIds(options.eosTokenIds) : succeed([]);
  if (!eosIds.ok) return explainFault(world, eosIds.problem);
  const server = await findServer(world, options);
  if (!server.ok) return explainFault(world, server.problem);
  const folder = logsFolder(world, options, rules.value, server.value);
  if ((await world.files.list(folder)).length > 0) {
    return explainFault(
      world,
      fail("folder-not-empty", `${folder} holds something already`, "Name another folder with --out.").problem,
    );
  }
  // What TEST06 compares are token ids.
  const bodies = await bodiesOf(
    world,
    { ...options, tokenIds: options.tokenIds || isTest06 },
    rules.value,
    server.value,
  );
  if (bodies === null) return exitCodes.misconfigured;
  if (!bodies.ok) return explainFault(world, bodies.problem);
  const settings = bridgeSettings(
    rules.value,
    {
      rate: options.rate,
      samples: bodies.value.lines.length,
      minDurationS: options.minDuration ?? null,
      minQueries: options.minQueries ?? null,
    },
    {
      url: server.value.url,
      path: requestPath(bodies.value.endpoint),
      bodies: join(folder, "bodies.jsonl"),
      keyVariable: Object.keys(server.value.headers).length === 0 ? null : (options.apiKeyEnv ?? defaultKeyVariable),
      sutName: sutName(server.value),
      mode: options.mode ?? "performance",
      deadlineS: options.deadline ?? defaults.deadlineS,
      maxInFlight: options.maxInFlight ?? null,
      auditConfig: isTest06 ? join(folder, "audit.config") : null,
    },
  );
  for (const departure of departures(rules.value, settings))
    world.streams.err(`ceteris: not as ${rules.value.rulesetId} has it: ${departure}\n`);
  const more = fullPasses(settings);
  if (more !== null) world.streams.err(`ceteris: ${more}\n`);
  if (settings.auditConfig !== null) await world.files.writeText(settings.auditConfig, test06Config());
  await world.files.writeText(settings.bodies, `${bodies.value.lines.join("\n")}\n`);
  const ended = await runBridge(world, settings, folder, signal);
  await world.files.remove(settings.bodies);
  if (ended !== null) return explainFault(world, ended);
  if (signal.aborted) return exitCodes.interrupted;
  const answer = await bridgeAnswer(world, folder, relative(world.machine.workingFolder, folder) || ".");
  if (!answer.ok) return explainFault(world, answer.problem);
  const isWhole = answer.value.failures.length === 0;
  const asked = { rules: rules.value, answer: answer.value, eosIds: eosIds.value };
  const concluded = isTest06 && isWhole ? await concludeTest06(world, folder, asked) : null;
  if (concluded?.ok === false) return explainFault(world, concluded.problem);
  const test06 = concluded?.value ?? null;
  const data = test06 === null ? answer.value : { ...answer.value, test06: test06.verdict };
  const shown = `${bridgeTable(answer.value)}${test06?.text ?? ""}`;
  world.streams.out(options.json ? `${JSON.stringify(data, null, 1)}\n` : shown);
  if (!isWhole) return exitCodes.failedTrial;
  if (test06 !== null) return test06.verdict.passed ? exitCodes.done : exitCodes.invalidTrial;
  return answer.value.result === "INVALID" ? exitCodes.invalidTrial : exitCodes.done;
}

/** `mlperf-inference-v6.1/llama3.1-8b` and `server`, `Server` or `single_stream`. */
async function rulesOf(world: World, { ruleset: named, scenario }: LoadgenOptions): Promise<Result<RulesetScenario>> {
  const [id = "", model = "", ...more] = named.split("/");
  if (id === "" || model === "" || more.length > 0) {
    const hint = "For instance mlperf-inference-v6.1/llama3.1-8b.";
    return fail("bad-ruleset", `--ruleset takes <ruleset>/<model>, not \`${named}\``, hint);
  }
  const { ruleset, diagnostics, names } = await rulesetNamed(world, id);
  if (!names.includes(id))
    return fail(
      "unknown-ruleset",
      `there is no ruleset ${id}`,
      `There are: ${names.filter((name) => name !== "slo-templates").join(", ")}.`,
    );
  if (ruleset === null) {
    const [first] = diagnostics;
    return fail(first?.code ?? "bad-ruleset", first?.message ?? `${id} cannot be read`, first?.hint ?? "Mend it.");
  }
  const wanted = plain(scenario);
  const name = ruleset.scenarios.find((own) => own.model === model && plain(own.name) === wanted)?.name;
  const found = name === undefined ? null : rulesetScenario(ruleset, model, name);
  if (found !== null) return succeed(found);
  const own = ruleset.scenarios.filter((known) => known.model === model).map((known) => known.name);
  const models = [...new Set(ruleset.scenarios.map((known) => known.model))];
  return own.length === 0
    ? fail("unknown-model", `${id} has no model \`${model}\``, `It has: ${models.join(", ")}.`)
    : fail("unknown-scenario", `${id} has no scenario \`${scenario}\` for ${model}`, `It has: ${own.join(", ")}.`);
}

function plain(scenario: string): string {
  return scenario.toLowerCase().replaceAll(/[_-]/g, "");
}

function sutName({ model, origin }: BenchServer): string {
  return `${origin === "simulated" ? "SIMULATED " : ""}${model}`;
}

/** The folder that is named, else one for ruleset, model, scenario and mode, with SIMULATED in its name where that holds. */
function logsFolder(world: World, options: LoadgenOptions, rules: RulesetScenario, server: BenchServer): string {
  const mark = server.origin === "simulated" ? "SIMULATED-" : "";
  const mode = options.mode ?? "performance";
  const name = `${mark}${rules.rulesetId}-${rules.model}-${rules.name}-${mode}`.replaceAll(/[^A-Za-z0-9._-]/g, "-");
  return resolve(world.machine.workingFolder, options.out ?? join("loadgen", name));
}

interface Bodies {
  lines: string[];
  endpoint: Workload["endpoint"];
}

/** What each sample is asked with: the bodies of our own client. Null where diagnostics have said what is wrong. */
async function bodiesOf(
  world: World,
  options: LoadgenOptions,
  rules: RulesetScenario,
  { url, model, access }: BenchServer,
): Promise<Result<Bodies> | null> {
  const root = world.machine.workingFolder;
  const file = join(root, "(loadgen).yaml");
  const { study, diagnostics } = loadStudy({
    file,
    root,
    read: (path) => (path === file ? matrixOf(options, rules, model) : world.files.readTextSync(path)),
    designs: designKinds,
    sutFolders: sutFolders(world, root),
    rulesets: await rulesetPlaces(world, root),
    overrides: {},
  });
  const [workload] = study?.workloads ?? [];
  if (explainDiagnostics(world, diagnostics) || !study || !workload) return null;
  const wanted = Math.min(options.samples ?? Infinity, rules.librarySamples);
  const dataset = await loadDataset({ world, root, seed: study.seed, workload, samples: wanted });
  if (!dataset.ok) return dataset;
  const requestFields = options.tokenIds ? { return_token_ids: true } : {};
  const endpoint: Endpoint = { url, model, requestFields, access };
  const lines: string[] = [];
  for (const sample of dataset.value.samples.slice(0, wanted)) {
    const body = requestBody(sample, workload, endpoint);
    if (!body.ok) return body;
    lines.push(JSON.stringify(body.value));
  }
  return succeed({ lines, endpoint: workload.endpoint });
}

function fixed(value: number): { distribution: "fixed"; value: number } {
  return { distribution: "fixed", value };
}

/** A matrix of one workload, so that data set and sampling are read and checked as any other's. JSON is YAML. */
function matrixOf(options: LoadgenOptions, rules: RulesetScenario, model: string): string {
  const made = {
    kind: "synthetic",
    input_tokens: fixed(options.inputTokens ?? defaults.inputTokens),
    output_tokens: fixed(options.outputTokens ?? defaults.outputTokens),
  };
  const chat = options.endpoint === "chat";
  const named =
    options.dataset === "cnn-dailymail" ? { kind: options.dataset } : { kind: "jsonl", path: options.dataset };
  return JSON.stringify({
    study: "loadgen",
    question: "What does the official LoadGen say?",
    sut: { engine: "endpoint", model },
    baseline: { id: "loadgen" },
    design: { kind: "isolation", changes: [{ id: "other", set: { "load.concurrency": 2 } }] },
    workloads: [
      {
        scenario: "closed",
        endpoint: options.endpoint ?? "completions",
        dataset: options.dataset === undefined ? made : named,
        ...(chat ? { prompt: "text" } : {}),
        sampling: rules.generation ?? {},
        load: { concurrency: 1 },
      },
    ],
  });
}

/** Runs the bridge to its end. Null where it came to one, or was stopped by the user. */
async function runBridge(
  world: World,
  settings: BridgeSettings,
  folder: string,
  signal: AbortSignal,
): Promise<Fault | null> {
  const requirements = join(world.machine.packageFolder, "sut", "requirements");
  const environment = await makeEnvironment(world, {
    name: "loadgen",
    requirementsFile: join(requirements, "loadgen.txt"),
    pythons: ["python3", "python"],
    cacheFolder: cacheFolderOf(world),
    onProgress: (line) => world.streams.err(`${line}\n`),
  });
  if (!environment.ok) return environment.problem;
  const settingsFile = join(folder, "settings.json");
  await world.files.writeText(settingsFile, `${JSON.stringify(toDisk(settings), null, 1)}\n`);
  const logFile = join(folder, "bridge.log");
  world.streams.err(`LoadGen ${settings.scenario}, ${settings.mode}: logs in ${folder}\n`);
  const child = await world.processes.spawn({
    argv: [environment.value.python, "-I", join(requirements, "loadgen-bridge.py"), settingsFile, folder],
    variables: { ...world.variables },
    logFile,
    secrets: formsOf(settings.keyVariable === null ? "" : (world.variables[settings.keyVariable] ?? "")),
  });
  if (!child.ok) return child.problem;
  const { pid, exited } = child.value;
  const end = (): void => void world.processes.signalGroup(pid, "SIGKILL");
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  const { code } = await exited;
  signal.removeEventListener("abort", end);
  if (code === 0 || signal.aborted) return null;
  const last = ((await world.files.readText(logFile)) ?? "").trim().split("\n").slice(-3).join(" ");
  return fail("bridge-failed", `the bridge to LoadGen ended with ${code ?? "a signal"}: ${last}`, `See ${logFile}.`)
    .problem;
}
