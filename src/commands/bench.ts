import { relative, resolve } from "node:path";
import { runStudy } from "../run/index.ts";
import { exitCodeOf, exitCodes } from "../schema/exit-code.ts";
import { writeForUser } from "../store/index.ts";
import type { Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";
import { benchJson, benchTable, type BenchAnswer } from "../report/index.ts";
import { benchMatrix, benchStudyName } from "./bench/bench-matrix.ts";
import { loadOf, type BenchOptions } from "./bench/bench-options.ts";
import { planBench } from "../plan/index.ts";
import { findServer } from "./bench/bench-server.ts";
import { requestCounts } from "./bench/request-counts.ts";
import { resultFile, type ResultFile } from "./bench/save-result.ts";
import { explainDiagnostics, explainFault } from "./explain.ts";
import { progressReporter } from "./progress.ts";
import { resultsFolderOf } from "./results-folder.ts";

/** `ceteris bench URL`: one workload on a server that runs already, by the path of `run`. Progress on stderr, the answer on stdout. */
export async function benchCommand(world: World, options: BenchOptions, signal: AbortSignal): Promise<number> {
  const load = loadOf(options);
  if (!load.ok) return explainFault(world, load.problem);
  const server = await findServer(world, options);
  if (!server.ok) return explainFault(world, server.problem);
  const { workingFolder } = world.machine;
  const resultsFolder = resultsFolderOf(world, options);
  const study = options.study ?? benchStudyName(server.value);
  const matrix = benchMatrix(study, server.value, load.value, options, workingFolder);
  const planned = await planBench(world, server.value, matrix, resultsFolder);
  if (!planned.ok) return explainFault(world, planned.problem);
  const { plan, diagnostics } = planned.value;
  if (explainDiagnostics(world, diagnostics) || !plan) return exitCodes.misconfigured;

  const progress = progressReporter(world, false);
  const seen: (Pick<BenchAnswer, "trial" | "observation" | "requests"> & { file: ResultFile | null })[] = [];
  const folders: string[] = [];
  const outcome = await runStudy({
    world,
    plan,
    root: workingFolder,
    matrix: plan.study.file,
    resultsFolder,
    request: { retry: new Set() },
    joins: true,
    startsAtOnce: true,
    signal,
    report: (event) => progress.report(event),
    observed: (trial, observation) =>
      seen.push({
        trial,
        observation,
        requests: requestCounts(observation),
        file: resultFile(options, { load: load.value, model: server.value.model }, trial, observation),
      }),
    afterLaunch: async (ended) => void folders.push(...ended.map(({ folder }) => folder)),
  });
  await progress.end();
  if (!outcome.ok) return explainFault(world, outcome.problem);
  const [found] = seen;
  const [folder] = folders;
  if (!found || folder === undefined)
    return outcome.value.interrupted ? exitCodes.interrupted : exitCodes.misconfigured; // the disk, as the reporter said
  const saved = found.file === null ? null : await save(world, found.file);
  const answer: BenchAnswer = {
    ...found,
    folder: relative(workingFolder, folder),
    server: server.value,
    load: load.value,
    saved: saved?.ok === true ? (found.file?.path ?? null) : null,
    matrix: benchMatrix(study.replace(/^bench-/, "matrix-"), server.value, load.value, options, workingFolder),
  };
  world.streams.out(options.json ? benchJson(answer) : benchTable(answer));
  return saved?.ok === false ? explainFault(world, saved.problem) : exitCodeOf(outcome.value.counts);
}

async function save(world: World, { path, text, appends }: ResultFile): Promise<Result<string>> {
  const place = resolve(world.machine.workingFolder, path);
  const before = appends ? ((await world.files.readText(place)) ?? "") : "";
  // vLLM ends its file without a line feed.
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  return writeForUser(world, place, `${before}${gap}${text}`);
}
