import type { Launch } from "../schema/launch.ts";
import type { World } from "../world/world.ts";
import { launchLabel } from "./container-command.ts";
import { launchMarkOf } from "./launch-record.ts";
import { gentleS, type Patience } from "./process-group.ts";

/** A daemon answers a question within a second; one that hangs must not hold up a run. */
const answerMs = 20_000;
const pollMs = 200;

type Touches = Pick<World, "processes" | "clock" | "variables">;

/** Lists the running containers that carry the launch's mark, or those that `which` asks for, by their whole ids. */
function listOf(launch: Launch, which: string[] = []): string[] {
  return ["ps", "--quiet", "--no-trunc", ...which, "--filter", `label=${launchLabel}=${launchMarkOf(launch)}`];
}

/**
 * Ends the containers that carry the launch's mark, and no other: each gets SIGINT, and SIGKILL after the time of SIGINT and
 * SIGTERM. One that `stop` could not end is killed, and what is left of it removed. Returns how many there were; null where the
 * client does not answer, so that nothing is known.
 */
export async function endContainers(world: Touches, launch: Launch, patience: Patience): Promise<number | null> {
  if (launch.container === undefined) return 0;
  const { client } = launch.container;
  const ask = async (argv: string[], timeoutMs = answerMs) =>
    await world.processes.run([client, ...argv], { variables: { ...world.variables }, timeoutMs });
  const list = async (which: string[]): Promise<string[] | null> => {
    const { code, stdout } = await ask(listOf(launch, which));
    return code === 0 ? stdout.split("\n").filter((line) => line !== "") : null;
  };

  const all = await list(["--all"]);
  if (all === null || all.length === 0) return all === null ? null : 0;
  const withinS = gentleS(patience);
  await ask(["stop", "-t", String(withinS), ...all], withinS * 1000 + answerMs);
  const running = await list([]);
  if (running !== null && running.length > 0) await ask(["kill", ...running]);
  // `--rm` removes it a moment later; one that was never started is left to us.
  const deadlineNs = world.clock.nowNs() + BigInt(Math.round(patience.killMs * 1e6));
  for (let left = await list(["--all"]); left !== null && left.length > 0; left = await list(["--all"])) {
    if (world.clock.nowNs() >= deadlineNs) break;
    await ask(["rm", "--force", ...left]);
    await world.clock.sleep(pollMs);
  }
  return all.length;
}

/**
 * The process group of the engine in its container, as this machine numbers it. Null where it cannot be told: another machine or
 * another namespace has its processes (a daemon elsewhere, or we are in a container ourselves).
 */
export async function containerGroup(world: Touches & Pick<World, "files">, launch: Launch): Promise<number | null> {
  if (launch.container === undefined) return null;
  const variables = { ...world.variables };
  const run = async (argv: string[]) =>
    (await world.processes.run([launch.container!.client, ...argv], { variables, timeoutMs: answerMs })).stdout.trim();
  const [id = ""] = (await run(listOf(launch))).split("\n");
  if (id === "") return null;
  const first = Number(await run(["inspect", "--format", "{{.State.Pid}}", id]));
  if (!Number.isInteger(first) || first <= 1) return null;
  // The number may be another process's here: only one in the container's own cgroup is meant.
  const readText = (path: string) => world.files.readText(path).catch(() => null);
  if (!((await readText(`/proc/${first}/cgroup`)) ?? "").includes(id)) return null;
  // `--init` puts the engine into a group of its own.
  const children = ((await readText(`/proc/${first}/task/${first}/children`)) ?? "").trim().split(" ");
  for (const pid of [...children.map(Number), first])
    if (pid > 1 && (await world.processes.membersOf(pid)).length > 0) return pid;
  return null;
}

/** The process group that the engine computes in; null where it cannot be told from here. */
export function engineGroup({ container, processGroup }: Launch): number | null {
  return container === undefined ? (processGroup?.pid ?? null) : container.group;
}
