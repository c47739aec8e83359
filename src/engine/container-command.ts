import { hash } from "node:crypto";
import { resolve } from "node:path";
import type { World } from "../world/world.ts";
import type { CommandLine } from "./command-line.ts";
import type { Container, PreparedEnvironment } from "./environments/environment.ts";
import { hubFolders } from "./hub.ts";
import { launchVariable } from "./launch-record.ts";
import { defaultPatience, gentleS, type Patience } from "./process-group.ts";
import { compareTexts } from "../schema/text-order.ts";

/** A container of ours carries the launch's mark as the value of this label: by it, and by nothing else, it is found again. */
export const launchLabel = "dev.ceteris.launch";

/** What a container needs of the launch beside the engine's own command. */
export interface ContainerLaunch {
  /** `launchMark`. */
  mark: string;
  /** Read by the engine, at its own path: the study's folder, in which it starts. */
  workingFolder: string | null;
  /** Files and folders that the engine reads: its model. */
  reads: readonly string[];
  /** Folders that the engine writes beside its own. */
  writes: readonly string[];
  /** The variable that names the engine's devices; null where it has none. */
  devicesVariable: string | null;
  /** As for a process of this machine where it is absent. */
  patience?: Patience | undefined;
}

/** What docker and podman read of the user's environment to find their daemon and their own files. */
const readByClient = /^(PATH|HOME|XDG_.*|DOCKER_.*|CONTAINERS?_.*|REGISTRY_AUTH_FILE|SSH_AUTH_SOCK|TMPDIR)$/;

/** Variables that name places of this machine, or what its own containers see: an image has its own. */
const placesHere: ReadonlySet<string> = new Set([
  "PATH",
  "HOME",
  "LD_LIBRARY_PATH",
  "LD_PRELOAD",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "REQUESTS_CA_BUNDLE",
  "CUDA_HOME",
  "CUDA_PATH",
  "NVIDIA_VISIBLE_DEVICES",
]);

/** What an engine may get of the user's environment: all of it on this machine, in a container nothing that names places here. */
export function variablesFor(
  { container }: PreparedEnvironment,
  userVariables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (container === undefined) return userVariables;
  return Object.fromEntries(Object.entries(userVariables).filter(([name]) => !placesHere.has(name)));
}

/**
 * The command that runs an engine's command in a container, in the foreground. Paths mean within what they mean here. Variables
 * are passed by their names: their values stand in the client's environment alone, and in no list of processes. A prefix runs
 * in the container as well, since around the client it would do nothing to the engine.
 */
export function containerCommand(
  world: Pick<World, "variables" | "machine">,
  command: CommandLine,
  container: Container,
  launch: ContainerLaunch,
): CommandLine {
  const [entrypoint = "", ...rest] = command.argv;
  const devices = launch.devicesVariable === null ? undefined : command.variables[launch.devicesVariable];
  // Within, the GPUs that it was given are all there are, and counted from 0.
  const isGiven = ({ name }: { name: string }) =>
    container.gpus === "none" || devices === undefined || name !== launch.devicesVariable;
  const names = command.environmentNames.filter((name) => isGiven({ name }));
  const folder = launch.workingFolder;
  // What is downloaded stays, as it does without a container.
  const hub = hubFolders(world);
  const written = [command.privateFolder, command.cacheFolder, ...hub, ...launch.writes].filter(
    (path) => path !== null,
  );
  const options: string[][] = [
    ["--name", `ceteris-${hash("sha256", launch.mark).slice(0, 12)}`],
    ["--label", `${launchLabel}=${launch.mark}`],
    // The engine listens on this machine's own loopback, and its processes share memory with each other.
    ["--network", "host", "--ipc", "host"],
    // What it prints is ours to keep, with secrets masked; the daemon's copy would have them.
    ["--log-driver", "none"],
    ["--stop-signal", "SIGINT", "--stop-timeout", String(gentleS(launch.patience ?? defaultPatience))],
    container.user === null ? [] : ["--user", container.user],
    gpuOptions[container.gpus](devices === undefined ? null : devices.split(",")),
    [...names, launchVariable].toSorted().flatMap((name) => ["--env", name]),
    // The user has no home in the image.
    ["--env", `HOME=${command.privateFolder ?? "/tmp"}`],
    names.includes("HF_HOME") ? [] : ["--env", `HF_HOME=${hub[0]}`],
    mounts(written, [...(folder === null ? [] : [folder]), ...launch.reads, ...container.mounts]),
    folder === null ? [] : ["--workdir", folder],
    [...container.options],
  ];
  const ofClient = Object.entries(world.variables).filter(([name]) => readByClient.test(name));
  return {
    ...command,
    argv: [
      container.client,
      "run",
      "--rm",
      "--init",
      "--pull",
      "never",
      ...options.flat(),
      "--entrypoint",
      entrypoint,
      container.reference,
      ...rest,
    ],
    variables: { ...Object.fromEntries(ofClient), ...command.variables },
    environmentNames: names,
    environmentValues: command.environmentValues.filter(isGiven),
    folders: [...command.folders, ...hub],
  };
}

/** With the engine on these cores: of the container, since the client computes nothing. */
export function onCores([client = "", run = "", ...rest]: readonly string[], cores: string): string[] {
  return [client, run, "--cpuset-cpus", cores, ...rest];
}

const gpuOptions: Record<Container["gpus"], (devices: readonly string[] | null) => string[]> = {
  // The value is a line of CSV, in which a comma within a field needs quotes.
  request: (devices) => ["--gpus", devices === null ? "all" : `"device=${devices.join(",")}"`],
  cdi: (devices) => (devices ?? ["all"]).flatMap((device) => ["--device", `nvidia.com/gpu=${device}`]),
  none: () => [],
};

/** Each path once, at its own place within. What is written wins over what is only read. */
function mounts(written: readonly string[], read: readonly string[]): string[] {
  const readonly = new Map<string, boolean>();
  for (const path of read) readonly.set(resolve(path), true);
  for (const path of written) readonly.set(resolve(path), false);
  readonly.delete("/"); // it would hide the image
  return [...readonly]
    .toSorted(([one], [other]) => compareTexts(one, other))
    .flatMap(([path, isRead]) => [
      "--mount",
      csv(["type=bind", `source=${path}`, `target=${path}`, ...(isRead ? ["readonly"] : [])]),
    ]);
}

function csv(fields: readonly string[]): string {
  return fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}
