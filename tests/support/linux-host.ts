import { spawnSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { userInfo } from "node:os";
import { launcher, startProgram, type RunningCli } from "./cli.ts";

/**
 * A host of its own on this machine: nobody else sees its name, its processes, its mounts or its network, and it has been up for
 * so many days more. Its first process is a shell.
 */
function onHost(name: string, daysUp: number, command: string): string[] {
  const asUser = userInfo().uid === 0 ? [] : ["--map-root-user"];
  const namespaces = ["--uts", "--pid", "--mount", "--net", "--mount-proc", "--fork", "--kill-child", "--time"];
  const clocks = ["--monotonic", "--boottime"].map((clock) => `${clock}=${86_400 * daysUp}`);
  const begin = `hostname ${name} && ip link set lo up && ${command}`;
  return inNamespaces([...asUser, ...namespaces, ...clocks], ["sh", "-c", begin]);
}

function inNamespaces(kinds: readonly string[], argv: readonly string[]): string[] {
  return ["unshare", ...kinds, ...argv];
}

/** Runs a program in namespaces of these kinds, as the root of them. */
export function runInNamespaces(kinds: readonly string[], argv: readonly string[]) {
  const [program = "", ...rest] = inNamespaces(["--user", "--map-root-user", ...kinds], argv);
  return spawnSync(program, rest, { encoding: "utf8" });
}

/** Why no such host can be made here; undefined where one can. */
export function lackingHosts(): string | undefined {
  if (process.platform !== "linux") return "namespaces are Linux's";
  const [program = "", ...rest] = onHost("probe", 1, "true");
  const { status, stderr, error } = spawnSync(program, rest, { encoding: "utf8" });
  return status === 0 ? undefined : `no namespaces can be made: ${error?.message ?? stderr.trim()}`;
}

/** Starts `ceteris …` on a host of its own, which shares this machine's disk. */
export function startOnHost(
  { name, daysUp }: { name: string; daysUp: number },
  args: string[],
  folder: string,
  variables: Record<string, string>,
): RunningCli {
  // Behind `||` no shell puts the command into its own place: it stays, and takes in the processes that lose their parent.
  const [program = "", ...rest] = onHost(name, daysUp, `{ "$0" "$@" || exit $?; }`);
  return startProgram([program, ...rest, launcher, ...args], folder, variables);
}

/** All processes of a host that was started so, by their pids here. */
export function processesOf({ child }: RunningCli): number[] {
  const own = readlinkSync(`/proc/${child.pid}/ns/pid_for_children`);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/ns/pid`) === own;
      } catch {
        return false; // ended meanwhile
      }
    });
}
