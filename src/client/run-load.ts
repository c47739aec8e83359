import type { Observation } from "../schema/observation.ts";
import { fail, type Result } from "../schema/result.ts";
import { runLoadOver } from "./load.ts";
import type { LoadOptions } from "./load-options.ts";
import { transports } from "./transport/index.ts";
import { needsWorkers, runLoadInWorkers } from "./workers/run.ts";

/**
 * Puts one workload on one endpoint: a warm-up, then the measured requests. A request that fails is a row with its
 * `error`; the failure value is for a load that could not begin (no connection, nothing to send, an address or a prompt
 * that cannot be used). When the signal is aborted, what is open is cut off and comes back as rows that say so.
 */
export async function runLoad(options: LoadOptions): Promise<Result<Observation>> {
  const protocol = URL.parse(options.endpoint.url)?.protocol ?? "none";
  const loadTransport = transports[protocol];
  if (!loadTransport) {
    return fail(
      "unknown-protocol",
      `the endpoint's address has the protocol "${protocol}"; it can be one of ${Object.keys(transports).join(" ")}`,
      "Write the address with http:// or https:// in front.",
    );
  }
  return needsWorkers(options.workload.load) ? runLoadInWorkers(options) : runLoadOver(await loadTransport(), options);
}
