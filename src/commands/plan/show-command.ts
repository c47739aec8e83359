import { cacheFolderOf, commandLine, containerCommand, environmentHere, shellCommand } from "../../engine/index.ts";
import { namesText } from "../../math/figures.ts";
import { exitCodes } from "../../schema/exit-code.ts";
import type { Experiment } from "../../schema/experiment.ts";
import type { Plan } from "../../schema/plan.ts";
import type { Study } from "../../schema/study.ts";
import { fail } from "../../schema/result.ts";
import { sutOf } from "../../schema/sut.ts";
import { withoutUser } from "../../world/address.ts";
import type { World } from "../../world/world.ts";
import { explainFault } from "../explain.ts";

/**
 * The environment and argument list that start the engine for an experiment, or for a row: points of the load share their
 * command, and where experiments of a row differ (by their system, say) each command has their names above it.
 */
export async function showCommand(
  world: World,
  { study, experiments }: Plan,
  { name, root }: { name: string; root: string },
): Promise<number> {
  const named = experimentsNamed(experiments, name);
  if (named.length === 0) {
    const hint = `There are: ${namesText(experiments.map(({ labels }) => labels.name))}.`;
    return explainFault(
      world,
      fail("nothing-matches", `${study.name} has no experiment and no row ${name}`, hint).problem,
    );
  }
  const shown: { experiment: Experiment; command: string }[] = [];
  for (const experiment of named)
    shown.push({ experiment, command: await commandOf(world, { study, root }, experiment) });
  const byCommand = Map.groupBy(shown, ({ command }) => command);
  for (const [command, alike] of byCommand) {
    if (byCommand.size > 1)
      world.streams.out(`# ${alike.map(({ experiment }) => experiment.labels.name).join(", ")}\n`);
    world.streams.out(`${command}\n`);
  }
  return exitCodes.done;
}

/** The experiment of a name or an id; else all of a row, named with or without its system, workload or point. */
function experimentsNamed(experiments: readonly Experiment[], name: string): Experiment[] {
  const exact = experiments.find(({ labels, id }) => labels.name === name || id === name);
  if (exact !== undefined) return [exact];
  const below = experiments.filter(
    ({ labels }) => labels.row === name || labels.name.startsWith(`${name}·`) || labels.name.startsWith(`${name}@`),
  );
  if (below.length > 0) return below;
  // A row may have a point in its own name: the longest row that the name begins with is meant.
  const rows = [...new Set(experiments.map(({ labels }) => labels.row))].filter(
    (row) => name.startsWith(`${row}·`) || name.startsWith(`${row}@`),
  );
  const [row] = rows.toSorted((one, other) => other.length - one.length);
  return experiments.filter(({ labels }) => labels.row === row);
}

/** With the program as this machine has it. The port is whichever is free at the launch, and its private folder is its own. */
async function commandOf(
  world: World,
  { study, root }: { study: Study; root: string },
  { knobs }: Experiment,
): Promise<string> {
  const sut = sutOf(study, knobs);
  const { environment } = sut.engine;
  if (environment.kind === "endpoint")
    return `# nothing is started: Ceteris attaches to ${withoutUser(environment.url)}`;
  const cache = cacheFolderOf(world);
  const { executable, container } = await environmentHere(world, sut.engine, cache);
  const inner = commandLine({
    ...sut,
    knobs,
    written: study.written,
    executable,
    host: "127.0.0.1",
    port: 8000,
    folders: { private: "/tmp/ceteris", cache },
    userVariables: {},
  });
  const launch = {
    mark: `${study.name}/shown`,
    workingFolder: root,
    reads: [],
    writes: [],
    devicesVariable: sut.engine.devicesVariable,
  };
  const command = container === undefined ? inner : containerCommand(world, inner, container, launch);
  return shellCommand(command, { beforeLaunch: sut.beforeLaunch, afterTrial: study.afterTrial });
}
