import { engineNamed, engineNames } from "../../plan/index.ts";
import { meant } from "../../matrix/index.ts";
import { runsAlready, type Engine } from "../../schema/engine.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import { serverUrl } from "../../schema/server-url.ts";
import type { World } from "../../world/world.ts";
import { pick, pickSeveral } from "./pick.ts";
import { baselineOf, isOffered, offeredChanges, type ReadyChange } from "./ready-changes.ts";
import { initDesigns, usualEngine, usualModel, usualServer, type InitDesign } from "./usual.ts";
import type { OptionsOf } from "../flag-kinds.ts";
import type { initFlags } from "../flags.ts";

/** What is known of the new study, by flags; what is not given is asked for or has a default. */
export type InitFlags = OptionsOf<typeof initFlags>;

/** What the files are made of. */
export interface InitChoices {
  engine: Engine;
  model: string;
  /** Where a server runs already; null where the engine is started. */
  url: string | null;
  /** None of a server that runs already: it is measured over the load. */
  changes: ReadyChange[];
  design: InitDesign;
  /** True where the simulated engine knows every change too, so that the matrix can be tried on it. */
  isSimulable: boolean;
}

/** The engine that a matrix is tried on. */
export const rehearsal = "simulated";
/** So many of the offered changes are compared where nothing is said. */
const usualChanges = 2;

/** Flags first, then what a person answers, then the defaults. Null where the person left. */
export async function chooseStudy(world: World, folder: string, flags: InitFlags): Promise<Result<InitChoices> | null> {
  const engine = await chooseEngine(world, folder, flags);
  if (engine === null || !engine.ok) return engine;
  const model = flags.model ?? (await line(world, "Which model?", usualModel));
  if (model === null) return null;
  if (runsAlready(engine.value)) return attached(world, engine.value, model, flags);
  if (flags.url !== undefined)
    return fail(
      "url-of-started",
      `${engine.value.name} is started by Ceteris, and --url names a server that runs already`,
      "Leave --url out, or take --engine endpoint.",
    );
  const offered = offeredChanges(engine.value);
  const changes = await pickSeveral(world, {
    flag: "--compare",
    question: `What do you want to compare on ${engine.value.title}?`,
    choices: offered.map(({ id, title }) => ({ id, title })),
    given: flags.compare,
    usual: offered.slice(0, usualChanges).map(({ id }) => id),
  });
  if (changes === null || !changes.ok) return changes;
  const design = await pick(world, {
    flag: "--design",
    question: "Each change alone, or each on top of those before it?",
    choices: [
      { id: "isolation", title: "each alone against the baseline" },
      { id: "stacked", title: "each on top of those before it" },
    ],
    given: flags.design,
    usual: "isolation",
  });
  if (design === null || !design.ok) return design;
  const rows = offered.filter(({ id }) => changes.value.includes(id));
  const idle = rows.find(({ set }) => saysTheSame(set, baselineOf(engine.value, rows)));
  if (idle !== undefined)
    return fail(
      "changes-collide",
      `${idle.id} changes nothing beside the others: the baseline that they need has it already`,
      "Compare it in a study of its own.",
    );
  return succeed({
    engine: engine.value,
    model,
    url: null,
    changes: rows,
    design: initDesigns.find((name) => name === design.value) ?? "isolation",
    isSimulable: isSimulable(engineNamed(world, folder, rehearsal).engine, rows),
  });
}

async function chooseEngine(world: World, folder: string, flags: InitFlags): Promise<Result<Engine> | null> {
  const load = (name: string): Engine | null => engineNamed(world, folder, name).engine;
  const named = flags.engine ?? (flags.url === undefined ? undefined : usualServer);
  const names = await engineNames(world, folder);
  if (named !== undefined) {
    const engine = load(named);
    return engine === null
      ? fail("unknown-engine", `--engine ${named}: there is no such engine file`, meant(named, names, true))
      : succeed(engine);
  }
  // Only a question needs the titles of all: engine files are large.
  const engines = new Map(world.streams.ask === null ? [] : names.map((name) => [name, load(name)]));
  const picked = await pick(world, {
    flag: "--engine",
    question: "Which engine?",
    choices: [...engines].flatMap(([id, engine]) => (engine === null ? [] : [{ id, title: engine.title }])),
    given: undefined,
    usual: usualEngine,
  });
  if (picked === null || !picked.ok) return picked;
  const engine = engines.get(picked.value) ?? load(picked.value);
  return engine === null
    ? fail("unknown-engine", `there is no engine file ${picked.value}.yaml`, meant(picked.value, names, true))
    : succeed(engine);
}

function isSimulable(engine: Engine | null, changes: readonly ReadyChange[]): boolean {
  return engine !== null && changes.every((change) => isOffered(engine, change));
}

async function attached(
  world: World,
  engine: Engine & { environment: { url?: string } },
  model: string,
  { url: given, compare, design }: InitFlags,
): Promise<Result<InitChoices> | null> {
  if (compare !== undefined || design !== undefined)
    return fail(
      "nothing-to-compare",
      `${engine.name} is a server that runs already, and has no knobs to compare`,
      "Leave --compare and --design out: the matrix measures it over the load.",
    );
  const url = await chooseAddress(world, given, engine.environment.url ?? "");
  if (url === null || !url.ok) return url;
  return succeed({ engine, model, url: url.value, changes: [], design: "isolation", isSimulable: true });
}

/** A flag that is no address is a failure; a person is asked again. */
async function chooseAddress(world: World, given: string | undefined, usual: string): Promise<Result<string> | null> {
  for (;;) {
    const url = given ?? (await line(world, "Where does it run?", usual));
    if (url === null) return null;
    const refused = serverUrl(url);
    if (refused.ok) return refused;
    if (given !== undefined || world.streams.ask === null) return refused;
    world.streams.err(`${refused.problem.message}. ${refused.problem.hint}\n`);
  }
}

/** An answer in the person's own words; the default where nobody can be asked or nothing is typed. */
async function line({ streams }: World, question: string, usual: string): Promise<string | null> {
  if (streams.ask === null) return usual;
  const answer = await streams.ask(`${question} [${usual}] `);
  return answer === null ? null : answer.trim() || usual;
}

function saysTheSame(set: ReadyChange["set"], baseline: ReadyChange["set"]): boolean {
  return Object.entries(set).every(([knob, value]) => JSON.stringify(baseline[knob]) === JSON.stringify(value));
}
