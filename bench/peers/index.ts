import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentKey } from "../../src/engine/environments/uv-environment.ts";
import type { LoadClient } from "../load/clients.ts";
import { genaiBench } from "./genai-bench.ts";

/** Another project's load client, in a Python environment of its own. */
export interface Peer {
  name: string;
  /** Puts it to cases, given the folder of its environment. */
  client(environment: string): LoadClient;
}

/** Every peer that an adapter was written for and run with. Its pinned packages are in `<name>.txt`. */
export const peers: readonly Peer[] = [genaiBench];

/** What makes the environment of a peer. */
export function environmentOf({ name }: Peer): { name: string; requirementsFile: string; afterFile: string } {
  return {
    name: `bench-${name}`,
    requirementsFile: join(import.meta.dirname, `${name}.txt`),
    afterFile: join(import.meta.dirname, "make-tokenizer.py"),
  };
}

/** Those that `npm run bench:peers` has installed with the packages that are asked for today. */
export function installedPeers(cacheFolder: string): LoadClient[] {
  return peers.flatMap((peer) => {
    const { name, requirementsFile, afterFile } = environmentOf(peer);
    const key = environmentKey(readFileSync(requirementsFile, "utf8"), readFileSync(afterFile, "utf8"));
    const folder = join(cacheFolder, "environments", `${name}-${key}`);
    // The tokenizer is made last.
    return existsSync(join(folder, "tokenizer", "tokenizer.json")) ? [peer.client(folder)] : [];
  });
}
