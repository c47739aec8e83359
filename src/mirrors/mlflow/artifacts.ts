import { basename, join } from "node:path";
import { succeed } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";
import { syncHint, type MlflowClient, type MlflowFault, type MlflowResult } from "./client.ts";

/** A file on this machine, or text that has none, and its place among a run's artifacts. */
export interface Artifact {
  /** With slashes between its parts. */
  path: string;
  content: { file: string } | { text: string };
}

/** A file is read whole to be sent; what is larger stays in the results folder. */
const largestBytes = 1024 ** 3;

/** Every file below a folder, by its path in it; what begins with a dot is not finished or not ours. */
export async function filesBelow({ files }: Pick<World, "files">, folder: string, prefix = ""): Promise<Artifact[]> {
  const found: Artifact[] = [];
  for (const name of await files.list(folder)) {
    if (name.startsWith(".")) continue;
    const file = join(folder, name);
    const path = `${prefix}${name}`;
    if ((await files.stat(file))?.folder === true) found.push(...(await filesBelow({ files }, file, `${path}/`)));
    else found.push({ path, content: { file } });
  }
  return found;
}

/** What a launch leaves that belongs to each of its trials. */
export async function launchFiles({ files }: Pick<World, "files">, folder: string): Promise<Artifact[]> {
  const wanted: Artifact[] = [];
  for (const name of ["launch.json", "server.log"]) {
    const file = join(folder, name);
    if (await files.exists(file)) wanted.push({ path: `launch/${name}`, content: { file } });
  }
  return wanted;
}

/** The code of a failure that concerns the store of the files alone: figures can still be sent. */
const filesRefused = "mlflow-files";

/** True where the server keeps figures, and its store of files fails: it may be full. */
export function concernsFiles({ problem }: { problem: MlflowFault }): boolean {
  return problem.code === filesRefused;
}

/**
 * Sends files through the server's proxy, one PUT each: multipart answers 501 on local storage. Where the server keeps
 * artifacts elsewhere, or does not take a certain file, `notice` is told and the rest goes on. A store that fails is a failure
 * that `concernsFiles`.
 */
export async function sendArtifacts(
  world: Pick<World, "files">,
  client: MlflowClient,
  artifactUri: string,
  artifacts: Artifact[],
  notice: (message: string) => void,
): Promise<MlflowResult<null>> {
  const root = proxyPath(artifactUri);
  if (root === null) {
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(artifactUri)?.[1] ?? "file";
    notice(
      `MLflow keeps artifacts at a ${scheme}: address that only its own clients can write to, so that files are not sent. Start the server with --artifacts-destination to have them proxied.`,
    );
    return succeed(null);
  }
  for (const { path, content } of artifacts) {
    const bytes = "text" in content ? Buffer.from(content.text) : await readFile(world, content.file, notice);
    if (bytes === null) continue;
    const sent = await client.putArtifact(`${root}/${path.split("/").map(encodeURIComponent).join("/")}`, bytes);
    if (sent.ok) continue;
    const { status, message } = sent.problem;
    if (status !== null && status >= 500) return { ok: false, problem: storeFault(sent.problem, path) };
    if (status === null || status === 401 || status === 403) return sent;
    notice(`${path} was not taken as an artifact: ${message}`);
  }
  return succeed(null);
}

function storeFault(problem: MlflowFault, path: string): MlflowFault {
  return {
    ...problem,
    code: filesRefused,
    message: `${problem.message}, and did not keep ${path}: figures are sent, files are not`,
    hint: `See whether the server's store of artifacts is full, and what its log says. ${syncHint}`,
  };
}

async function readFile(
  { files }: Pick<World, "files">,
  file: string,
  notice: (message: string) => void,
): Promise<Uint8Array | null> {
  const size = (await files.stat(file))?.size ?? 0;
  if (size <= largestBytes) return await files.readBytes(file);
  notice(`${basename(file)} (${size} bytes) is larger than ${largestBytes} bytes and stays in the results folder`);
  return null;
}

/** `mlflow-artifacts:/1/<run>/artifacts`, with or without a server in it, or the proxy's own address: what follows its root. Null for any other place. */
function proxyPath(artifactUri: string): string | null {
  const match =
    /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.+)$/.exec(artifactUri) ??
    /^https?:\/\/[^?#]*\/api\/2\.0\/mlflow-artifacts\/artifacts\/(.+)$/.exec(artifactUri);
  return match?.[1] ?? null;
}
