import { join } from "node:path";
import { runsAlready, type Engine } from "../../schema/engine.ts";
import { scopeOf, wholeKnob, type Assignment } from "../../schema/knob.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";
import { rehearsal, type InitFlags } from "./choices.ts";
import { meant } from "../../matrix/index.ts";
import { engineNamed, engineNames } from "../../plan/index.ts";
import { newWorkload } from "./fragment-texts.ts";
import { importedMatrix } from "./from/imported-matrix.ts";
import { readFiles } from "./from/read-files.ts";
import type { NewStudy } from "./study-files.ts";
import { usualEngine, usualModel, usualServer } from "./usual.ts";

/** `init --from FILE…`: what the files start is the engine's; where they drive a server alone, it runs already. */
export async function importStudy(
  world: World,
  folder: string,
  { from, engine: named, model, url, compare, design }: InitFlags & { from: readonly string[] },
): Promise<Result<NewStudy>> {
  if (compare !== undefined || design !== undefined)
    return fail("flags-contradict", "--from says what is compared", "Leave --compare and --design out.");
  const started = engineNamed(world, folder, named ?? usualEngine).engine;
  if (started === null) {
    const choices = meant(named ?? usualEngine, await engineNames(world, folder), true);
    return fail("unknown-engine", `--engine ${named}: there is no such engine file`, choices);
  }
  const read = await readFiles(world, started, from, join(folder, "matrices"));
  if (!read.ok) return read;
  const { configurations, loads, left, notes } = read.value;
  const isServer =
    named === undefined && (url !== undefined || (configurations.length === 0 && read.value.url !== null));
  const engine = isServer ? engineNamed(world, folder, usualServer).engine : started;
  if (engine === null)
    return fail("unknown-engine", `there is no engine file ${usualServer}.yaml`, "Name one: --engine.");
  const address = runsAlready(engine) ? (url ?? read.value.url ?? "http://127.0.0.1:8000") : null;
  const usedModel = model ?? read.value.model;
  const study = `${engine.name}-imported`;
  const used = newWorkload(engine);
  const matrix = importedMatrix({
    study,
    engine,
    model: usedModel ?? usualModel,
    url: address,
    configurations: isServer ? [] : configurations,
    loads,
    workload: `../${used.path}`,
  });
  return succeed({
    isSimulable:
      isServer || configurations.every(({ knobs }) => hasKnobs(engineNamed(world, folder, rehearsal).engine, knobs)),
    files: [
      { path: `matrices/${study}.yaml`, text: matrix },
      ...(loads.length > 0 ? [] : [{ path: used.path, text: used.text }]),
    ],
    // Each load says the same of its flags.
    notes: [
      ...new Set([
        ...(usedModel === null
          ? [`the files name no model: sut.model is ${usualModel}, write yours in its place`]
          : []),
        ...left.map(({ what, why }) => `not carried over: ${what}: ${why}`),
        ...notes,
      ]),
    ],
  });
}

function hasKnobs(engine: Engine | null, knobs: Assignment): boolean {
  return (
    engine !== null && Object.keys(knobs).every((knob) => scopeOf(knob) !== null || wholeKnob(knob) in engine.knobs)
  );
}
