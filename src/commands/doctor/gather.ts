import { dirname } from "node:path";
import {
  cacheFolderOf,
  checkModel,
  missingPrograms,
  modelQuestion,
  prepareEnvironment,
  versionAmong,
  type PreparedEnvironment,
} from "../../engine/index.ts";
import type { CheckedModel } from "../../engine/index.ts";
import { mirrors } from "../../mirrors/index.ts";
import { checkInputs, engineNamed } from "../../plan/index.ts";
import { measuredClient } from "../../run/index.ts";
import { runsAlready } from "../../schema/engine.ts";
import type { Expansion, Experiment } from "../../schema/experiment.ts";
import type { Plan } from "../../schema/plan.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import { serverUrl } from "../../schema/server-url.ts";
import { sutOf, sutsOf, type Sut } from "../../schema/sut.ts";
import { usedDatasets } from "../../schema/workload.ts";
import { checkWritable } from "../../store/index.ts";
import { isLoopback } from "../../world/address.ts";
import type { World } from "../../world/world.ts";
import { changesIn } from "../other-version.ts";
import { endpointFacts } from "./endpoint-facts.ts";
import type { EndpointFound, EngineFound, Facts, OtherFacts } from "./facts.ts";
import { machineFacts } from "./machine-facts.ts";
import { weightsOf } from "./preflight.ts";

/** What is examined: a matrix, a server that runs, or the machine alone. */
export interface Examined {
  matrix: { plan: Plan & { expansion: Expansion }; root: string } | null;
  server: { url: string; apiKeyEnv?: string; model?: string } | null;
  resultsFolder: string;
  tracking: string | undefined;
  signal: AbortSignal;
}

/** Longer than in a run, since somebody asks how busy the machine is. */
const lookMs = 1000;

/** Everything that the checks are made of, asked once. Nothing is started but the load generator's own null server. */
export async function gatherFacts(world: World, examined: Examined): Promise<Facts> {
  const { matrix, server } = examined;
  const experiments = matrix?.plan.experiments.filter(({ skip }) => skip === null) ?? [];
  const models = matrix === null ? [] : await modelsOf(world, matrix, experiments);
  const found = new Map(
    models.flatMap(({ ids, found: one }) => (one.ok ? ids.map((id) => [id, one.value] as const) : [])),
  );
  const wanted =
    matrix === null ? null : { plan: matrix.plan, experiments, weightBytes: await weightsOf(world, found) };
  const url = server === null ? null : serverUrl(server.url);
  const looksAtGpus = matrix === null && (url === null || (url.ok && isLoopback(url.value)));
  return {
    ...(await machineFacts(world, { wanted, looksAtGpus, lookMs })),
    engines: matrix === null ? [] : await enginesOf(world, matrix, experiments),
    models,
    endpoint: await endpointOf(world, examined, experiments),
    datasets: matrix === null ? null : await datasetsOf(world, matrix),
    tracking: await trackingOf(world, examined.tracking),
    results: await resultsOf(world, examined.resultsFolder),
    calibration: await measuredClient(world, { keptOnly: false, signal: examined.signal }),
  };
}

type Matrix = NonNullable<Examined["matrix"]>;

/** Each model once, with the configurations that serve it; none of an engine that reads no model here. */
async function modelsOf(
  world: World,
  { plan, root }: Matrix,
  experiments: readonly Experiment[],
): Promise<{ model: string; ids: string[]; found: Result<CheckedModel> }[]> {
  const questions = new Map<string, { question: ReturnType<typeof modelQuestion>; ids: Set<string> }>();
  for (const { configurationId, knobs } of experiments) {
    const question = modelQuestion(sutOf(plan.study, knobs), knobs, root);
    if (question.simulated === true || question.attached === true) continue;
    questions.getOrInsert(JSON.stringify(question), { question, ids: new Set() }).ids.add(configurationId);
  }
  return await Promise.all(
    [...questions.values()].map(async ({ question, ids }) => ({
      model: question.model,
      ids: [...ids],
      found: await checkModel(world, question),
    })),
  );
}

async function enginesOf(world: World, matrix: Matrix, experiments: readonly Experiment[]): Promise<EngineFound[]> {
  const { study } = matrix.plan;
  const suts = sutsOf(study, experiments).filter(({ engine }) => !runsAlready(engine));
  const each = [
    ...Map.groupBy(suts, ({ engine, version }) => `${engine.name} ${version} ${JSON.stringify(engine.environment)}`),
  ];
  return await Promise.all(
    each.map(async ([, alike]) => {
      const [missing] = await missingPrograms(world, alike, study.afterTrial, matrix.root);
      const engine = await engineFound(world, matrix, experiments, alike[0]!);
      return missing === undefined ? engine : { ...engine, found: { ok: false as const, problem: missing.fault } };
    }),
  );
}

/** An environment of uv is not made here: that takes minutes, and `run` does it. */
async function engineFound(
  world: World,
  { plan: { study }, root }: Matrix,
  experiments: readonly Experiment[],
  sut: Sut,
): Promise<EngineFound> {
  const { engine, prefix, version } = sut;
  const { name, title, environment } = engine;
  const isOurs = engine.origin === "simulated" || environment.kind === "uv";
  const known = { name, title, catalogueVersion: isOurs ? null : version, installedVersion: null, changes: null };
  if (environment.kind === "uv")
    return {
      ...known,
      found: succeed(`an environment that \`run\` makes from ${environment.requirements} where it is not there yet`),
    };
  const options = { cacheFolder: cacheFolderOf(world), lookOnly: true as const, onProgress: () => {} };
  const prepared = await prepareEnvironment(world, engine, { ...options, launched: { prefix, folder: root } });
  if (!prepared.ok) return { ...known, found: prepared };
  const { executable, packages, container, image } = prepared.value;
  if (image !== undefined) return { ...known, found: succeed(`${executable.join(" ")} in ${image.image}`) };
  if (container !== undefined) return { ...known, found: succeed(imageInWords(container)) };
  const installed = versionAmong(packages, engine);
  return {
    ...known,
    installedVersion: installed,
    changes: isOurs ? null : await changesIn(world, { study, experiments }, { sut, installed, root }),
    found: succeed(engine.origin === "simulated" ? "part of Ceteris, SIMULATED" : executable.join(" ")),
  };
}

function imageInWords({ client, image, digest }: NonNullable<PreparedEnvironment["container"]>): string {
  if (digest === null) return `${image}, which \`run\` pulls with ${client}: it is not here yet`;
  return `${image} (${digest}), run by ${client}`;
}

/** The server of the command line, else the one that the matrix attaches to. */
async function endpointOf(
  world: World,
  { matrix, server }: Examined,
  experiments: readonly Experiment[],
): Promise<EndpointFound | null> {
  if (server !== null) {
    const { engine } = engineNamed(world, world.machine.workingFolder, "endpoint");
    return engine === null ? null : await endpointFacts(world, server, engine);
  }
  if (matrix === null) return null;
  const { study } = matrix.plan;
  const attached = sutsOf(study, experiments).find(({ engine }) => runsAlready(engine));
  if (attached?.engine.environment.kind !== "endpoint") return null;
  const { url } = attached.engine.environment;
  const used = [...new Set(experiments.map(({ workload }) => workload.endpoint))];
  const asked = { url, model: attached.model, headers: study.headers };
  const found = await endpointFacts(world, asked, attached.engine, used);
  if (found.server.ok) return found;
  const { code, message } = found.server.problem;
  return {
    ...found,
    server: fail(code, message, "Correct `sut.url`, `sut.model` or `sut.headers`, or start the server."),
  };
}

async function datasetsOf(world: World, { plan, root }: Matrix): Promise<OtherFacts["datasets"]> {
  const { study } = plan;
  const workloads = study.accuracy === null ? study.workloads : [...study.workloads, study.accuracy];
  const names = new Set(workloads.flatMap((workload) => usedDatasets(workload).map(({ dataset }) => dataset.kind)));
  return { names: [...names], diagnostics: await checkInputs(world, plan, root) };
}

async function trackingOf(world: World, address: string | undefined): Promise<OtherFacts["tracking"]> {
  const opened = mirrors.mlflow.open(world, address ?? null);
  if (!opened.ok) return { where: null, answers: opened };
  return opened.value === null ? null : { where: opened.value.where, answers: await opened.value.answers() };
}

/** The folder may not be there yet: the nearest one above it that is decides. Nothing is left behind. */
async function resultsOf(world: World, folder: string): Promise<OtherFacts["results"]> {
  let existing = folder;
  while (!(await world.files.exists(existing)) && dirname(existing) !== existing) existing = dirname(existing);
  const writable = await checkWritable(world, existing);
  return { folder, writable, freeBytes: await world.files.freeBytes(existing) };
}
