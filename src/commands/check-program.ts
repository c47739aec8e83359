import { cacheFolderOf, checkModelHere, missingPrograms, modelQuestion, prepareEnvironment } from "../engine/index.ts";
import { diagnosticOf, placeOfSut, settingsOf } from "../matrix/index.ts";
import { accessOf, unsetVariable } from "../schema/access.ts";
import type { Diagnostic } from "../schema/diagnostic.ts";
import type { Engine } from "../schema/engine.ts";
import { nameInScope, type Assignment } from "../schema/knob.ts";
import type { Plan } from "../schema/plan.ts";
import { namedVariable } from "../schema/secrets.ts";
import { sutOf, sutsOf } from "../schema/sut.ts";
import type { World } from "../world/world.ts";

type Planned = Pick<Plan, "study" | "experiments">;

/** Whether the program of each engine is on this machine: a warning, since another one may have it. An environment of uv is made by `run`. */
export async function checkProgram(world: World, { study, experiments }: Planned, root: string): Promise<Diagnostic[]> {
  const options = { cacheFolder: cacheFolderOf(world), lookOnly: true as const, onProgress: () => {} };
  const firstWith = new Map<Engine, Assignment>();
  for (const { knobs } of thatRun(experiments)) {
    const { engine } = sutOf(study, knobs);
    firstWith.getOrInsert(engine, knobs);
  }
  const found: Diagnostic[] = [];
  for (const [engine, knobs] of firstWith) {
    if (engine.environment.kind === "uv") continue;
    const launched = { prefix: sutOf(study, knobs).prefix, folder: root };
    const prepared = await prepareEnvironment(world, engine, { ...options, launched });
    if (prepared.ok) continue;
    const member = (["environment", "engine"] as const).find((one) => (knobs[`sut.${one}`] ?? null) !== null);
    const own = study.locations.has("/sut/environment") ? "/sut/environment" : "/sut/engine";
    const place = member === undefined ? own : placeOfSut(study, member, knobs[`sut.${member}`]!);
    found.push(diagnosticOf(study, place, { ...prepared.problem, severity: "warning" }, "value"));
  }
  return found;
}

/** Programs of prefixes and hooks, and variables of headers and knobs, that this machine lacks: warnings, since another one may have them. */
export async function checkLaunches(
  world: World,
  { study, experiments }: Planned,
  root: string,
): Promise<Diagnostic[]> {
  const suts = sutsOf(study, thatRun(experiments));
  const missing = await missingPrograms(world, suts, study.afterTrial, root);
  const access = accessOf(study.headers, world.variables);
  return [
    ...missing.map(({ member, value, fault }) =>
      diagnosticOf(study, placeOfSut(study, member, value), { ...fault, severity: "warning" }, "value"),
    ),
    ...(access.ok ? [] : [diagnosticOf(study, "/sut/headers", { ...access.problem, severity: "warning" }, "key")]),
    ...unsetVariables(world, study),
  ];
}

/** Each variable that a knob takes its value from and that is not set here, once. */
function unsetVariables({ variables }: Pick<World, "variables">, study: Plan["study"]): Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const { knob, values } of settingsOf(study)) {
    for (const { value, pointer } of values) {
      const name = namedVariable(value);
      if (name === null || found.has(name) || nameInScope(knob, "env") === null) continue;
      if ((variables[name] ?? "") !== "") continue;
      const fault = unsetVariable(name, `\`${knob}\``);
      found.set(name, diagnosticOf(study, pointer, { ...fault, severity: "warning" }, "value"));
    }
  }
  return [...found.values()];
}

/** What is wrong with the models, as far as `check` finds: alone it looks at their names and this machine's folders, and asks no hub. */
export async function checkModelName(
  world: World,
  { study, experiments }: Planned,
  root: string,
  check: typeof checkModelHere = checkModelHere,
): Promise<Diagnostic[]> {
  const questions = new Map(
    thatRun(experiments).map(({ knobs }) => {
      const question = modelQuestion(sutOf(study, knobs), knobs, root);
      return [JSON.stringify(question), question];
    }),
  );
  const found = new Map<string, Diagnostic>();
  for (const question of questions.values()) {
    const { model } = question;
    // `no-model` reports a name that no file can have.
    if (model.trim() === "" || model.includes("\0")) continue;
    const checked = await check(world, question);
    if (checked === null || checked.ok || found.has(model)) continue;
    const place = placeOfSut(study, "model", model);
    found.set(model, diagnosticOf(study, place, { ...checked.problem, severity: "error" }, "value"));
  }
  return [...found.values()];
}

function thatRun(experiments: Planned["experiments"]): Planned["experiments"] {
  return experiments.filter(({ skip }) => skip === null);
}
