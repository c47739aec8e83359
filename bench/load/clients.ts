import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeFlags } from "../../src/client/workers/node-flags.ts";
import type { Case } from "./cases.ts";
import type { Programs } from "./compile.ts";
import { readReported, type Reported } from "./reported.ts";

/** What a client is started on. */
export interface Errand {
  case: Case;
  port: number;
  /** A folder of its own, empty. */
  folder: string;
}

/** A load client, ours or another's, as a program that is put to a case. */
export interface LoadClient {
  name: string;
  /** How often its process tree is looked at, in milliseconds; rarely where it has many processes. */
  meterEveryMs: number;
  /** False of a case that it cannot do. */
  takes(given: Case): boolean;
  argv(errand: Errand): string[];
  /** Environment variables beside our own; null takes one away. */
  variables: { [name: string]: string | null };
  /** What it said of its requests; called when it has ended with exit code 0. */
  read(errand: Errand): Reported[];
}

export const floorName = "C floor";
export const ourName = "ceteris";

/**
 * The C floor, our own client and, where one is given, the client of another checkout, for a comparison of before and after
 * in one run. All stamp with CLOCK_MONOTONIC and tag their requests.
 */
export function ownClients(programs: Programs, cacheFolder: string, besideCheckout?: string): LoadClient[] {
  const both = {
    meterEveryMs: 20,
    read: (errand: Errand) => readReported(readFileSync(rowsFile(errand), "utf8")),
  };
  return [
    {
      ...both,
      name: floorName,
      // One thread is all that it is.
      takes: ({ workers }) => workers === 1,
      variables: {},
      argv: (errand) => [programs.cclient, ...argumentsOf(errand)],
    },
    ours(ourName, fileURLToPath(new URL("./our-client.ts", import.meta.url))),
    ...(besideCheckout === undefined
      ? []
      : [ours(`${ourName} of ${basename(besideCheckout)}`, join(besideCheckout, "bench/load/our-client.ts"))]),
  ];

  function ours(name: string, program: string): LoadClient {
    return {
      ...both,
      name,
      takes: () => true,
      // As the launcher sets it: what was compiled is kept.
      variables: { NODE_COMPILE_CACHE: join(cacheFolder, "compiled") },
      argv: (errand) => {
        const node = [process.execPath, ...nodeFlags, program];
        return [...node, ...argumentsOf(errand), "--workers", String(errand.case.workers)];
      },
    };
  }
}

function argumentsOf(errand: Errand): string[] {
  const { streams, requests, outputTokens, ratePerS } = errand.case;
  const open = ratePerS === null ? [] : [String(ratePerS), "1"];
  return [errand.port, streams, requests, outputTokens, "comp", rowsFile(errand), ...open].map(String);
}

function rowsFile({ folder }: Errand): string {
  return join(folder, "rows.csv");
}
