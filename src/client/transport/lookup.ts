import { promises as dns, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";

/** Looks the name of a server up once, for all its connections: what opening one takes counts as TTFT. A failure is not kept. */
export function lookUpOnce(): LookupFunction {
  let found: Promise<LookupAddress[]> | null = null;
  return (name, options, callback) => {
    found ??= dns.lookup(name, { ...options, all: true, order: "verbatim" });
    found.then(
      (all) => (options.all ? callback(null, all) : callback(null, all[0]!.address, all[0]!.family)),
      (error: NodeJS.ErrnoException) => {
        found = null;
        callback(error, []);
      },
    );
  };
}
