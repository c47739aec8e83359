import { releaseOf } from "../schema/version.ts";
import { join, relative, resolve } from "node:path";
import {
  cacheFolderOf,
  packageFile,
  prepareEnvironment,
  versionAmong,
  type PreparedEnvironment,
} from "../engine/index.ts";
import { fieldsOf, makeCatalogue, meant, readHandTable } from "../matrix/index.ts";
import { engineNamed, engineNames, studyRoot, sutFolders } from "../plan/index.ts";
import type { Engine } from "../schema/engine.ts";
import { exitCodes } from "../schema/exit-code.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import { writeForUser } from "../store/index.ts";
import type { World } from "../world/world.ts";
import { explainDiagnostics, explainFault } from "./explain.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { catalogueFlags } from "./flags.ts";

export type CatalogueOptions = OptionsOf<typeof catalogueFlags> & { engine: string };

/** Importing PyTorch on a busy machine takes minutes. */
const answerWithinMs = 600_000;

/** `ceteris catalogue ENGINE`: the options of the version that is installed, as an engine file that a matrix's `sut.version` finds. */
export async function catalogueCommand(world: World, { engine: name, out }: CatalogueOptions): Promise<number> {
  const { workingFolder } = world.machine;
  const root = await studyRoot(world, workingFolder);
  const folders = sutFolders(world, root);
  const { engine, diagnostics } = engineNamed(world, root, name);
  // A file that is not there is no place to point at.
  const missing = diagnostics.find(({ code, file }) => code === "unknown-engine" && file === `${name}.yaml`);
  if (missing !== undefined) {
    const engines = (await engineNames(world, root)).map((one) => engineNamed(world, root, one).engine);
    const names = engines.flatMap((one) => (one !== null && hasCatalogues(one) ? [one.name] : []));
    return explainFault(world, { ...missing, hint: meant(name, names, true) });
  }
  if (explainDiagnostics(world, diagnostics) || engine === null) return exitCodes.misconfigured;

  const asked = await askEngine(world, engine, { folders, isWanted: out !== undefined });
  if (!asked.ok) return explainFault(world, asked.problem);
  const { version, catalogue, standing } = asked.value;
  if (catalogue === null) {
    world.streams.out(`${standing} is the catalogue of ${name} ${version}; --out FILE writes another\n`);
    return exitCodes.done;
  }
  const path = out === undefined ? join(folders[0] ?? "", standing) : resolve(workingFolder, out);
  const written = await writeForUser(world, path, catalogue.yaml);
  if (!written.ok) return explainFault(world, written.problem);
  for (const line of catalogue.overruled) world.streams.err(`ceteris: the engine says otherwise: ${line}\n`);
  if (catalogue.file.own_variables === undefined)
    world.streams.err("ceteris: the variables that it reads were not found: `env.…` is not checked against them\n");
  const shown = relative(workingFolder, path);
  world.streams.out(`${Object.keys(catalogue.knobs).length} knobs of ${name} ${version} are in ${shown}\n`);
  if (out === undefined)
    world.streams.err(`  A matrix takes it with \`sut: { engine: ${name}, version: ${version} }\`.\n`);
  return exitCodes.done;
}

interface Asked {
  version: string;
  /** Null where there is one of this version, and no other is wanted. */
  catalogue: ReturnType<typeof makeCatalogue> | null;
  /** The file's name among the engine files. */
  standing: string;
}

/** What an engine says of itself, merged with what is known of it by hand. */
async function askEngine(
  world: World,
  engine: Engine,
  { folders, isWanted }: { folders: readonly string[]; isWanted: boolean },
): Promise<Result<Asked>> {
  const table = await handTable(world, engine, folders);
  if (!table.ok) return table;
  const { ask } = table.value;
  const cacheFolder = cacheFolderOf(world);
  const onProgress = (line: string): void => world.streams.err(`${line}\n`);
  const prepared = await prepareEnvironment(world, engine, { cacheFolder, onProgress });
  if (!prepared.ok) return prepared;
  const { packages, folder } = prepared.value;

  const packaged = versionAmong(packages, engine);
  const told = packaged === null ? await answerOf(world, engine, prepared.value, ask.version) : succeed(packaged);
  if (!told.ok) return told;
  const said = told.value.trim().split("\n").at(-1) ?? "";
  const version = releaseOf(said);
  const standing = `${engine.catalogue!.name}-${version}-knobs.yaml`;
  const there = await Promise.all(folders.map((one) => world.files.exists(join(one, standing))));
  if (there.includes(true) && !isWanted) return succeed({ version, catalogue: null, standing });

  onProgress(`asking ${engine.title} ${said} for its options (a minute or so)`);
  const help = await answerOf(world, engine, prepared.value, ask.help);
  if (!help.ok) return help;
  const variables =
    folder === null || ask.variables === undefined ? null : await packageFile(world.files, folder, ask.variables);
  const catalogue = makeCatalogue({
    version,
    help: help.value,
    variables,
    hand: table.value,
    known: engine.ownVariables,
    fields: fieldsOf(engine.knobs),
    provenance: { options: `\`${ask.help.join(" ")}\` of ${engine.name} ${said}` },
  });
  if (Object.keys(catalogue.knobs).length > 0) return succeed({ version, catalogue, standing });
  return fail(
    "no-options",
    `${engine.name} ${said} printed no options`,
    `Try \`${ask.help.join(" ")}\` behind its program.`,
  );
}

/** True of an engine that can be asked for the options of its version. */
function hasCatalogues({ catalogue, origin, environment }: Engine): boolean {
  return catalogue !== null && origin !== "simulated" && environment.kind !== "endpoint";
}

/** What is known by hand of an engine whose options differ from version to version. */
async function handTable(world: World, engine: Engine, folders: readonly string[]) {
  const { name, catalogue } = engine;
  if (catalogue === null || !hasCatalogues(engine))
    return fail(
      "no-hand-table",
      `${name} has no catalogue of its own version`,
      "There are catalogues of engines whose file extends `NAME-{version}-knobs` and starts a program (docs/catalogue.md): vLLM's do.",
    );
  const file = `catalogue/${catalogue.name}-hand.yaml`;
  for (const folder of folders) {
    const text = await world.files.readText(join(folder, file));
    if (text !== null) return readHandTable(text, `sut/${file}`);
  }
  return fail("no-hand-table", `there is no sut/${file}`, "It says how the engine is asked (docs/catalogue.md).");
}

/** What the engine's program prints; a failure with its last lines where it fails. */
async function answerOf(
  world: World,
  engine: Engine,
  { executable, container }: PreparedEnvironment,
  args: readonly string[],
): Promise<Result<string>> {
  // argparse breaks its lines by COLUMNS: the same everywhere.
  const variables = { ...world.variables, ...engine.variables, COLUMNS: "80" };
  const [program = "", ...first] = executable;
  const inContainer =
    container === undefined
      ? [program]
      : [container.client, "run", "--rm", "--entrypoint", program, container.reference];
  const argv = [...inContainer, ...first, ...args];
  const { code, stdout, stderr } = await world.processes.run(argv, { variables, timeoutMs: answerWithinMs });
  if (code === 0) return succeed(stdout);
  const last = stderr.trim().split("\n").slice(-3).join("\n");
  const hint = "Run it by hand: what it prints names the cause.";
  return fail("engine-not-asked", `${argv.join(" ")} ended with ${code ?? "no exit code"}\n${last}`, hint);
}
