import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentKey } from "../../src/engine/environments/uv-environment.ts";
import type { LoadClient } from "../load/clients.ts";
import { aiperf } from "./aiperf.ts";
import type { PeerEnvironment } from "./environment.ts";
import { genaiBench } from "./genai-bench.ts";
import { guidellm } from "./guidellm.ts";
import { inferencePerf } from "./inference-perf.ts";
import { vllmBench } from "./vllm-bench-serve.ts";

/** Another project's load client, in a Python environment of its own. */
export interface Peer {
  name: string;
  environment: PeerEnvironment;
  /** As in `3.12`; its packages are pinned for this and newer ones. */
  oldestPython: "3.11" | "3.12";
  /** Puts it to cases, given the folder of its environment. */
  client(environment: string): LoadClient;
}

/** Every peer that an adapter was written for and run with. */
export const peers: readonly Peer[] = [vllmBench, aiperf, guidellm, genaiBench, inferencePerf];

/** The folder of its environment, where `npm run bench:peers` has made it with the packages that are asked for today; else null. */
export function installedEnvironment(environment: PeerEnvironment, cacheFolder: string): string | null {
  const { name, requirementsFile, afterFile } = environment;
  const key = environmentKey(readFileSync(requirementsFile, "utf8"), readFileSync(afterFile, "utf8"));
  const folder = join(cacheFolder, "environments", `${name}-${key}`);
  // Written when all of it is there.
  return existsSync(join(folder, ".ceteris-complete")) ? folder : null;
}

/** Those that can be put to a case, and the names of those that are not installed. */
export function installedPeers(cacheFolder: string): { clients: LoadClient[]; absent: string[] } {
  const found = peers.map((peer) => ({ peer, folder: installedEnvironment(peer.environment, cacheFolder) }));
  return {
    clients: found.flatMap(({ peer, folder }) => (folder === null ? [] : [peer.client(folder)])),
    absent: found.flatMap(({ peer, folder }) => (folder === null ? [peer.name] : [])),
  };
}
