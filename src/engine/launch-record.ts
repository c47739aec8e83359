import { join } from "node:path";
import { fromDisk, toDisk } from "../schema/disk.ts";
import type { Launch } from "../schema/launch.ts";
import { launchFormat, readStoredFile } from "../schema/stored-format.ts";
import type { Files, World } from "../world/world.ts";
import { maskedArgv } from "./command-line.ts";
import type { LaunchRequest } from "./running-engine.ts";

/** Carried by every process of a launch, so that they are known as ours when their leader is gone. */
export const launchVariable = "CETERIS_LAUNCH";

/** A launch in memory and in `launch.json`, which is written whole after each change, in order. */
export interface LaunchRecord {
  value(): Launch;
  update(changes: Partial<Launch>): Promise<void>;
}

export function keepLaunchRecord(files: Files, launchFolder: string, first: Launch): LaunchRecord {
  let launch = first;
  let written = Promise.resolve();
  return {
    value: () => launch,
    update(changes) {
      launch = { ...launch, ...changes };
      // The caller of a write that failed reports it; the next write is made all the same.
      written = written.catch(() => undefined).then(() => writeLaunch(files, launchFolder, launch));
      return written;
    },
  };
}

/** Writes or replaces `launch.json`. */
export async function writeLaunch(files: Files, launchFolder: string, launch: Launch): Promise<void> {
  await files.writeText(join(launchFolder, "launch.json"), `${JSON.stringify(toDisk(launch), null, 2)}\n`);
}

/** Null where there is none, or none that can be read. */
export async function readLaunch(files: Files, launchFolder: string): Promise<Launch | null> {
  const place = { format: launchFormat, path: join(launchFolder, "launch.json"), mend: "" };
  const read = await readStoredFile(files, place, (stored) => fromDisk<Launch>(stored));
  return read?.ok === true ? read.value : null;
}

/** The record of a launch that has not begun. */
export async function newLaunch(
  world: World,
  request: LaunchRequest,
  { url, startedAt }: { url: string; startedAt: string },
): Promise<Launch> {
  const { processes, machine } = world;
  const { command, engine, environment } = request;
  const { container } = environment;
  const isOurs = environment.url === undefined;
  const hasHooks = (request.hooks?.beforeLaunch.length ?? 0) + (request.hooks?.afterTrial.length ?? 0) > 0;
  const mark = { name: launchVariable, value: launchMark(request, startedAt) };
  return {
    format: "ceteris.launch/1",
    id: request.id,
    ordinal: request.ordinal,
    study: request.study,
    engine: engine.name,
    origin: engine.origin,
    configurationId: request.configurationId,
    argv: isOurs ? maskedArgv(command) : [],
    environmentNames: isOurs ? [...command.environmentNames, launchVariable].toSorted() : [],
    environmentValues: isOurs ? [...command.environmentValues, mark] : hasHooks ? [mark] : [],
    port: isOurs ? request.port : portOf(url),
    url,
    holder: { process: await processes.mark(processes.ownPid), processTable: machine.processTable },
    processGroup: null,
    members: [],
    startedAt,
    endedAt: null,
    cold: null,
    phases: [],
    readyAfterS: null,
    exit: null,
    resolvedConfiguration: null,
    engineVersion: null,
    resolvedId: null,
    failure: null,
    cacheResets: [],
    ...(container === undefined
      ? {}
      : {
          container: {
            client: container.client,
            image: container.image,
            digest: container.digest ?? container.reference,
            group: null,
          },
        }),
    ...(Object.keys(request.headers ?? {}).length === 0 ? {} : { headers: request.headers! }),
  };
}

/** Unlike that of any other launch: the same id may stand in two results folders, but not at the same instant. */
export function launchMark(request: { study: string; id: string }, startedAt: string): string {
  return `${request.study}/${request.id}@${startedAt}`;
}

/** The mark of a recorded launch: no process and no container of another one carries it. */
export function launchMarkOf(launch: Pick<Launch, "study" | "id" | "startedAt">): string {
  return launchMark(launch, launch.startedAt);
}

function portOf(url: string): number {
  const parsed = URL.parse(url);
  if (!parsed) return 0;
  return parsed.port === "" ? (parsed.protocol === "https:" ? 443 : 80) : Number(parsed.port);
}
