import type { EnvironmentDeclaration } from "../../schema/engine-file.ts";
import type { Engine } from "../../schema/engine.ts";
import { asMap, parseJson } from "../../schema/json.ts";
import { fail, succeed } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";
import type { Container, EnvironmentKind } from "./environment.ts";
import { runStep } from "./install-step.ts";
import { findProgram, noProgram } from "./path.ts";

/** A daemon that runs answers within a second; one that hangs is as good as none. */
const answerMs = 20_000;

type Declaration = Extract<EnvironmentDeclaration, { kind: "docker" }>;

/**
 * An image, run by docker or by a program with its commands. It is pulled where it is not here, and from then on named by its
 * digest: a tag that moves while a study runs changes nothing.
 */
export const docker: EnvironmentKind<"docker"> = async (world, declaration, engine, { onProgress, lookOnly }) => {
  const { image } = declaration;
  const named = declaredContainer(declaration, engine);
  const client = await findProgram(world, named.client, engine.folder);
  if (client === null)
    return fail(
      "program-not-found",
      noProgram(engine, named.client),
      "Install it, or name another one with its commands, such as podman, in the environment's `client`; or choose a `path` or `uv` environment.",
    );
  const refused = await refusal(world, client);
  if (refused !== null) return fail("no-container-daemon", `${engine.name}: ${refused.said}`, refused.hint);
  let found = await imageHere(world, client, image);
  if (found === null && lookOnly !== true) {
    onProgress(`Pulling the image ${image} (minutes: those of engines have gigabytes)`);
    const failed = await runStep(world, `Pulling ${image}`, [client, "pull", "--quiet", image], onProgress);
    if (failed !== null) return { ok: false, problem: failed };
    found = await imageHere(world, client, image);
    if (found === null)
      return fail(
        "no-image",
        `${engine.name}: ${client} pulled ${image} and does not know it`,
        `Look at \`${client} image ls\`.`,
      );
  }
  return succeed({
    executable: [declaration.executable],
    packages: null,
    folder: null,
    container: { ...named, client, user: await ownUser(world), ...found },
  });
};

/** As an engine file declares it, before anything is looked for. */
export function declaredContainer(
  { client = "docker", image, gpus, mounts = [], options = [] }: Declaration,
  { devicesVariable }: Pick<Engine, "devicesVariable">,
): Container {
  const way = gpus ?? (devicesVariable === null ? "none" : "request");
  return { client, image, digest: null, reference: image, user: null, gpus: way, mounts, options };
}

/** Why the client cannot work here, in its own words, and what to do; null where it can. */
async function refusal(world: World, client: string): Promise<{ said: string; hint: string } | null> {
  const { code, stdout, stderr } = await ask(world, [client, "version"]);
  if (code === 0) return null;
  const said =
    lastLine(stderr) ?? lastLine(stdout) ?? `\`${client} version\` did not answer within ${answerMs / 1000} s`;
  const hint = refusals.find(([pattern]) => pattern.test(said))?.[1];
  return { said, hint: hint ?? `Run \`${client} version\` until it ends without an error.` };
}

const refusals: readonly (readonly [RegExp, string])[] = [
  [
    /permission denied/i,
    "Let your user reach the daemon: `sudo usermod -aG docker $USER` and a new login, or a rootless docker or podman.",
  ],
  [
    /cannot connect|is the docker daemon running|no such host|connection refused/i,
    "Start the daemon (`sudo systemctl start docker`), or set DOCKER_HOST to the one that runs.",
  ],
];

/** The image of a name as this machine has it; null where it is not here. */
async function imageHere(
  world: World,
  client: string,
  image: string,
): Promise<{ digest: string; reference: string } | null> {
  const { code, stdout } = await ask(world, [client, "image", "inspect", image]);
  if (code !== 0) return null;
  const parsed = parseJson(stdout);
  const told = asMap(Array.isArray(parsed) ? (parsed[0] ?? null) : null);
  const id = told?.["Id"];
  if (typeof id !== "string") return null;
  const names = Array.isArray(told?.["RepoDigests"]) ? told["RepoDigests"] : [];
  const inRegistry = names.find((name): name is string => typeof name === "string" && name.includes("@sha256:"));
  // Of an image that was built here no registry has a digest: then its own id names it.
  const own = id.startsWith("sha256:") ? id : `sha256:${id}`;
  return inRegistry === undefined
    ? { digest: own, reference: id }
    : { digest: inRegistry.slice(inRegistry.indexOf("@") + 1), reference: inRegistry };
}

/** `uid:gid` of this process by Linux; null elsewhere. */
async function ownUser({ files }: Pick<World, "files">): Promise<string | null> {
  const status = (await files.readText("/proc/self/status")) ?? "";
  const [, uid] = /^Uid:\s+\d+\s+(\d+)/m.exec(status) ?? [];
  const [, gid] = /^Gid:\s+\d+\s+(\d+)/m.exec(status) ?? [];
  return uid === undefined || gid === undefined ? null : `${uid}:${gid}`;
}

async function ask(world: World, argv: string[]): ReturnType<World["processes"]["run"]> {
  return await world.processes.run(argv, { variables: { ...world.variables }, timeoutMs: answerMs });
}

function lastLine(text: string): string | null {
  return text.trim().split("\n").at(-1) || null;
}
