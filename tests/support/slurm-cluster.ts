import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { realFiles } from "../../src/world/files.ts";
import { realNetwork } from "../../src/world/network.ts";
import { realProcesses } from "../../src/world/processes.ts";
import type { Child } from "../../src/world/world.ts";
import { processesNaming, until } from "./cli.ts";

export interface SlurmCluster {
  /** Without `slurmdbd`: `sacct` answers nothing. Each node has two CPUs and two GPUs that are none. Jobs of the partition `urgent` preempt the others. */
  nodes: string[];
  /** Shared by all nodes; goes when the cluster stops. */
  folder: string;
  /** What a process needs to be on this cluster, beside the variables that it has. */
  variables: { SLURM_CONF: string };
  /** Runs one of Slurm's commands and gives what it prints. Throws where it fails. */
  command(...argv: string[]): Promise<string>;
  /** Jobs and tasks of arrays that have not ended, as `squeue` prints them in this format. */
  queue(format: string): Promise<string[]>;
  /** Stops `slurmctld`, starts it again and waits until it has heard of all nodes. Jobs go on. */
  restartController(): Promise<void>;
  /** Ends all jobs and all of Slurm. */
  stop(): Promise<void>;
}

const firstLooksS = 30;

/** Debian puts servers where a user's PATH does not look. */
const variables = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` } as Record<string, string>;

const isRoot = userInfo().uid === 0;

/** Why no cluster can be started here, to skip tests with; null where one can. */
export async function slurmLack(): Promise<string | null> {
  for (const program of ["munged", "slurmctld", "slurmd", "sbatch"]) {
    const { code } = await realProcesses.run(["which", program], { variables });
    if (code !== 0) return `${program} is not installed (apt-get install slurmctld slurmd slurm-client munge)`;
  }
  return null;
}

/**
 * A Slurm of its own on this machine, in a temporary folder and on loopback: `munged`, `slurmctld` and a `slurmd` for each
 * node. Started by root, a node has a host name of its own, which needs namespaces; else all have that of the machine.
 */
export async function startSlurm({ nodes: count = 3 } = {}): Promise<SlurmCluster> {
  const folder = mkdtempSync(join(tmpdir(), "ceteris-slurm-"));
  chmodSync(folder, 0o711); // munged refuses a socket that not every user can reach
  const nodes = Array.from({ length: count }, (_, index) => `node${index + 1}`);
  const hasHosts =
    isRoot && (await realProcesses.run(["unshare", "--uts", "--mount", "true"], { variables })).code === 0;
  const hostNames = nodes.map((node) => (hasHosts ? node : hostname()));
  const ours = { ...variables, SLURM_CONF: join(folder, "slurm.conf") };
  const children = new Map<string, Child>();

  const start = async (name: string, argv: string[]): Promise<void> => {
    const child = await realProcesses.spawn({ argv, variables: ours, folder, logFile: join(folder, `${name}.out`) });
    if (!child.ok) throw new Error(child.problem.message);
    children.set(name, child.value);
  };
  const end = async (name: string): Promise<void> => {
    const child = children.get(name);
    if (child === undefined) return;
    realProcesses.signal(child.pid, "SIGTERM");
    await until(() => child.exit() !== null, 10).catch(() => realProcesses.signal(child.pid, "SIGKILL"));
    await child.exited;
    children.delete(name);
  };
  const run = async (argv: string[]) => realProcesses.run(argv, { variables: ours, folder });
  const command = async (...argv: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(argv);
    if (code !== 0) throw new Error(`${argv.join(" ")}: ${stderr}${stdout}`);
    return stdout;
  };
  const queue = async (format: string): Promise<string[]> =>
    (await command("squeue", "--array", "--noheader", "--format", format)).split("\n").filter((line) => line !== "");
  const startController = async (): Promise<void> => {
    await start("slurmctld", ["slurmctld", "-D"]);
    await until(async () => (await run(["scontrol", "ping"])).stdout.includes("is UP"), firstLooksS);
  };
  const stop = async (): Promise<void> => {
    await run(["scancel", "--full", "--signal=KILL", "--state=RUNNING"]);
    await run(["scancel", "--state=PENDING"]);
    await until(async () => (await queue("%i")).length === 0, firstLooksS).catch(() => undefined);
    for (const name of [...children.keys()].toReversed()) await end(name);
    // Steps whose node went before them, and what they started: each has our folder in its environment.
    for (const { pid } of processesNaming(folder)) realProcesses.signal(pid, "SIGKILL");
    await until(() => processesNaming(folder).length === 0, firstLooksS);
    rmSync(folder, { recursive: true, force: true });
  };

  try {
    writeFiles({ folder, nodes, hostNames, ports: await freePorts(count + 1) });
    const paths = ["socket", "key", "pid", "log", "seed"].map((name) => join(folder, `munge.${name}`));
    const [socket = "", key = "", pid = "", log = "", seed = ""] = paths;
    const places = [`--socket=${socket}`, `--key-file=${key}`, `--pid-file=${pid}`, `--log-file=${log}`];
    await start("munged", ["munged", "--foreground", ...places, `--seed-file=${seed}`]);
    await until(() => realFiles.exists(socket), firstLooksS);
    await startController();
    for (const node of nodes) {
      const script = 'hostname "$0" && mount --bind hosts /etc/hosts && exec "$@"';
      const named = ["unshare", "--uts", "--mount", "sh", "-c", script, node];
      await start(node, [...(hasHosts ? named : []), "slurmd", "-D", "-N", node]);
    }
    const idle = async () =>
      (await command("sinfo", "--noheader", "--partition=main", "--Node", "--states=idle", "--format=%N")).trim();
    await until(async () => (await idle()).split("\n").length === count, firstLooksS);
  } catch (error) {
    const logs = await Promise.all(
      [...children.keys()].map((name) => realFiles.readText(join(folder, `${name}.out`)).catch(() => "")),
    );
    await stop();
    throw new Error(`Slurm did not start: ${logs.map((text) => text?.slice(-1000)).join("\n")}`, { cause: error });
  }
  return {
    nodes,
    folder,
    variables: { SLURM_CONF: ours.SLURM_CONF },
    command,
    queue,
    async restartController() {
      await end("slurmctld");
      await startController();
      await until(async () => !(await command("scontrol", "show", "nodes")).includes("UNKNOWN"), firstLooksS);
    },
    stop,
  };
}

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await realNetwork.freePort());
  return [...ports];
}

interface ClusterFiles {
  folder: string;
  nodes: string[];
  hostNames: string[];
  ports: number[];
}

function writeFiles({ folder, nodes, hostNames, ports: [port, ...nodePorts] }: ClusterFiles): void {
  const user = userInfo().username;
  for (const name of ["state", ...nodes]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "munge.key"), randomBytes(128), { mode: 0o600 });
  // A GPU is a character device, and these are on every machine.
  const gpus = ["/dev/null", "/dev/zero"];
  const gpuLines = gpus.map((device) => `NodeName=${nodes.join(",")} Name=gpu File=${device}`);
  const nodeLines = nodes.map(
    (node, index) =>
      `NodeName=${node} NodeHostName=${hostNames[index]} NodeAddr=127.0.0.1 Port=${nodePorts[index]} CPUs=2 Gres=gpu:${gpus.length}`,
  );
  writeFileSync(
    join(folder, "hosts"),
    ["localhost", hostname(), ...nodes].map((name) => `127.0.0.1 ${name}\n`).join(""),
  );
  writeFileSync(join(folder, "gres.conf"), `${gpuLines.join("\n")}\n`);
  writeFileSync(join(folder, "cgroup.conf"), "CgroupPlugin=cgroup/v1\n");
  writeFileSync(
    join(folder, "slurm.conf"),
    `ClusterName=ceteris
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmctldPort=${port}
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/munge
AuthInfo=socket=${join(folder, "munge.socket")},cred_expire=5
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation=${join(folder, "state")}
SlurmdSpoolDir=${join(folder, "%n")}
SlurmctldPidFile=${join(folder, "slurmctld.pid")}
SlurmdPidFile=${join(folder, "%n.pid")}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0
ReturnToService=2
GresTypes=gpu
${nodeLines.join("\n")}
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE PriorityTier=1
PartitionName=urgent Nodes=ALL MaxTime=INFINITE PriorityTier=2
`,
  );
}
