import { join, relative, resolve } from "node:path";
import { missingPrograms } from "../../engine/index.ts";
import { engineFilesWith, loadPlan } from "../../plan/index.ts";
import { runStudy } from "../../run/index.ts";
import { namesText } from "../../math/figures.ts";
import { exitCodes, exitCodeOf } from "../../schema/exit-code.ts";
import { runsAlready, type Engine } from "../../schema/engine.ts";
import type { RunEvent } from "../../schema/event.ts";
import type { Experiment } from "../../schema/experiment.ts";
import { trialId } from "../../schema/ids.ts";
import type { Plan } from "../../schema/plan.ts";
import type { Profiler } from "../../schema/profiler.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import { sutOf } from "../../schema/sut.ts";
import type { TrialSpec } from "../../schema/trial-spec.ts";
import { profilesFolder } from "../../store/index.ts";
import type { Files, World } from "../../world/world.ts";
import { explainDiagnostics, explainFault } from "../explain.ts";
import { progressReporter } from "../progress.ts";
import { resultsFolderOf } from "../results-folder.ts";
import type { RunOptions } from "../run.ts";

/**
 * `ceteris run MATRIX --profile ROW`: one trial of a row under the engine's profiler, at the fidelity smoke where none is named,
 * since traces grow with each request. It is stored with its traces below the study's folder, in a results folder of its own:
 * no figure, no table and no later run of the study has it.
 */
export async function profileRow(
  world: World,
  options: RunOptions & { profile: string },
  signal: AbortSignal,
): Promise<number> {
  const asked = { ...options, fidelity: options.fidelity ?? ("smoke" as const) };
  const { plan, diagnostics, root } = await loadPlan(world, asked);
  if (explainDiagnostics(world, diagnostics) || !plan) return exitCodes.misconfigured;
  const spec = profiledTrial(plan, options.profile);
  if (!spec.ok) return explainFault(world, spec.problem);
  const experiment = plan.experiments.find(({ labels }) => labels.name === spec.value.experiment)!;
  const { engine } = sutOf(plan.study, experiment.knobs);
  const chosen = await profilerOf(world, root, engine, options.profiler);
  if (!chosen.ok) return explainFault(world, chosen.problem);
  const { name, profiler } = chosen.value;

  const stamp = world.clock.wall().replaceAll(/[-:]|\.\d+/g, "");
  const id = `${spec.value.experiment.replaceAll(/[^\w.-]+/g, "-")}-${name}-${stamp}`;
  // A profiler may have another working folder than we have.
  const results = resolve(world.machine.workingFolder, resultsFolderOf(world, options));
  const resultsFolder = join(results, plan.study.name, profilesFolder, id);
  const folder = join(resultsFolder, "traces");
  await world.files.makeFolder(folder);
  const progress = progressReporter(world, options.json);
  const report = (event: RunEvent): void => progress.report(event);
  const outcome = await runStudy({
    world,
    plan: { ...plan, study: { ...plan.study, peak: null }, experiments: [experiment], trials: [spec.value] },
    root,
    matrix: plan.study.file,
    resultsFolder,
    request: { retry: new Set() },
    joins: true,
    startsAtOnce: true,
    profiling: { profiler, folder },
    signal,
    report,
    afterLaunch: () => Promise.resolve(),
  });
  const traces = await filesBelow(world.files, folder);
  const shown = traces.map((path) => relative(world.machine.workingFolder, path));
  for (const path of shown) report({ type: "notice", code: "trace", message: path });
  if (outcome.ok) report({ type: "summary", study: plan.study.name, trials: outcome.value.counts, report: null });
  await progress.end();
  if (!outcome.ok) return explainFault(world, outcome.problem);
  if (outcome.value.interrupted) return exitCodes.interrupted;
  const code = exitCodeOf(outcome.value.counts);
  if (code !== exitCodes.done) return code;
  if (!options.json) for (const path of shown) world.streams.out(`${path}\n`);
  if (traces.length > 0) return exitCodes.done;
  const message = `the profiler ${name} wrote no trace into ${folder}`;
  explainFault(world, {
    code: "no-trace",
    message,
    hint: `Read the engine's log in ${join(resultsFolder, plan.study.name, "launches")}, and \`profilers\` in its engine file.`,
  });
  return exitCodes.failedTrial;
}

/** The trial of the one experiment that is meant. A failure where there is none, several, or one that cannot run. */
function profiledTrial({ experiments, trials, study }: Plan, asked: string): Result<TrialSpec> {
  const exact = experiments.filter(({ labels, id }) => labels.name === asked || id === asked);
  const meant: Experiment[] = exact.length > 0 ? exact : experiments.filter(({ labels }) => labels.row === asked);
  const [experiment] = meant;
  if (experiment === undefined)
    return fail("nothing-matches", `no row of ${study.name} is called ${asked}`, `There are: ${named(experiments)}.`);
  if (meant.length > 1)
    return fail(
      "several-match",
      `${asked} is ${meant.length} experiments of ${study.name}`,
      `Name one: ${named(meant)}.`,
    );
  if (experiment.skip !== null)
    return fail("cannot-run", `${asked} cannot run: ${experiment.skip}`, "Name another row.");
  const planned = trials.find(
    ({ experimentId, purpose }) => experimentId === experiment.id && purpose === "performance",
  );
  if (planned === undefined)
    return fail(
      "no-load",
      `${asked} has no load of its own before its search has found one`,
      "Profile it by a matrix that names the load.",
    );
  const spec = { ...planned, purpose: "profile" as const, block: 1, position: 1, replicate: 1, attempt: 1 };
  return succeed({ ...spec, trialId: trialId(spec) });
}

function named(experiments: readonly Experiment[]): string {
  return namesText(experiments.map(({ labels }) => labels.name));
}

/** The profiler that is named, else the engine's first; its program must be here. */
async function profilerOf(
  world: World,
  root: string,
  engine: Engine,
  asked: string | undefined,
): Promise<Result<{ name: string; profiler: Profiler }>> {
  const { profilers } = engine;
  const names = Object.keys(profilers);
  if (runsAlready(engine))
    return fail(
      "attached",
      `${engine.name} runs already: it cannot be started under a profiler`,
      "Profile a row whose engine Ceteris starts.",
    );
  if (names.length === 0) {
    const having = await engineFilesWith(world, root, /^profilers:/m);
    return fail(
      "no-profiler",
      `the engine file ${engine.name}.yaml names no profiler`,
      `These do: ${having.join(", ")}, and those that extend them. Give it \`profilers\`: docs/matrix-language.md, Profiles.`,
    );
  }
  const name = asked ?? names[0]!;
  const profiler = profilers[name];
  if (profiler === undefined)
    return fail("no-profiler", `${engine.name} has no profiler ${name}`, `It has: ${names.join(", ")}.`);
  const alone = { engine, prefix: profiler.prefix ?? [], beforeLaunch: [] };
  const [missing] = await missingPrograms(world, [alone], [], root);
  if (missing === undefined) return succeed({ name, profiler });
  const others = names.filter((other) => other !== name);
  return fail(
    "program-not-found",
    `the profiler ${name} needs ${alone.prefix[0]}, which is not here`,
    `Install it${others.length === 0 ? "" : `, or take another one with --profiler: ${others.join(", ")}`}.`,
  );
}

async function filesBelow(files: Files, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await files.list(folder)) {
    const path = join(folder, name);
    const stat = await files.stat(path);
    found.push(...(stat?.folder === true ? await filesBelow(files, path) : [path]));
  }
  return found;
}
