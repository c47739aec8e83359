/**
 * Our load client as a process of its own, put to one case as `cclient.c` is:
 *
 *   node bench/load/our-client.ts PORT STREAMS REQUESTS TOKENS chat|comp OUT [RATE SEED] [--workers N] [--model M]
 *
 * Calls `runLoad` with the warm-up of a trial, and writes the CSV that `reported.ts` names.
 */

import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { runLoad } from "../../src/client/index.ts";
import type { Observation, TokenSource } from "../../src/schema/observation.ts";
import type { Sample } from "../../src/schema/sample.ts";
import { plainRequests } from "../../src/schema/plain-requests.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { taggedPrompt } from "./prompts.ts";
import { clientCsv, type ClientRow } from "./reported.ts";
import { openAccess } from "../../src/schema/access.ts";

const { positionals, values: flags } = parseArgs({
  options: { workers: { type: "string", default: "1" }, model: { type: "string", default: "mock" } },
  allowPositionals: true,
});
const [port = "", streams = "", requests = "", tokens = "", endpoint = "", out = "", rate, seed] = positionals;
if (out === "") {
  console.error("usage: our-client PORT STREAMS REQUESTS TOKENS chat|comp OUT [RATE SEED] [--workers N] [--model M]");
  process.exit(2);
}

const promptWords = 128;
const count = { requests: Number(requests) };
const workload: Workload = {
  name: "bench",
  scenario: rate === undefined ? "closed" : "open",
  endpoint: endpoint === "chat" ? "chat" : "completions",
  prompt: "text",
  dataset: { kind: "synthetic" },
  selection: {},
  sampling: {
    temperature: 0,
    top_p: 1,
    top_k: 1,
    seed: 42,
    max_tokens: Number(tokens),
    min_tokens: Number(tokens),
    ignore_eos: true,
  },
  load: {
    workers: Number(flags.workers),
    ...(rate === undefined ? { concurrency: Number(streams) } : { rate: Number(rate) }),
  },
  ...plainRequests,
  arrivals: rate === undefined ? null : { kind: "poisson" },
  // As `ceteris bench` does where nothing else is asked for; on the server it is load like any other, and counts as such. In
  // an open loop there is none, so that what arrives is the schedule.
  warmupRequests: rate === undefined ? Math.max(8, Number(streams)) : 0,
  cache: "keep",
  deadlineS: 600,
  counts: { smoke: count, screen: count, valid: count, submission: count },
};

const samples = Array.from({ length: count.requests }, (_, index): Sample => {
  return {
    index,
    prompt: { text: taggedPrompt(index, promptWords) },
    reference: null,
    outputTokens: Number(tokens),
    promptTokens: promptWords,
    turn: null,
  };
});

const observed = await runLoad({
  endpoint: { url: `http://127.0.0.1:${port}`, model: flags.model, requestFields: {}, access: openAccess },
  workload,
  samples,
  requests: count.requests,
  inFlightDefault: Number(streams),
  keepText: false,
  // As in a trial: what has finished goes to disk.
  spoolFolder: dirname(out),
  seed: Number(seed ?? 1),
  clock: { nowNs: () => process.hrtime.bigint() },
  ownCpuS: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
});
if (observed.ok) {
  writeFileSync(out, clientCsv(rowsOf(observed.value)));
  observed.value.release();
} else {
  console.error(`${observed.problem.message}\n${observed.problem.hint}`);
  process.exitCode = 1;
}

/** One row for each request that finished. */
function rowsOf({ requests: records, tokens: events, clock }: Observation): ClientRow[] {
  const zero = BigInt(clock.monotonicStartNs);
  const absolute = (ns: number): number => Number(zero + BigInt(Math.round(ns)));
  const shared = sharedReads(events);
  const rows: ClientRow[] = [];
  for (const record of records) {
    const { index, sample, scheduledNs, sentNs, firstTokenNs, lastTokenNs, chunks, outputTokens, error } = record;
    if (record.phase !== "measure" || error !== null || firstTokenNs === null || lastTokenNs === null) continue;
    rows.push({
      tag: sample,
      scheduled: scheduledNs === null ? 0 : absolute(scheduledNs),
      sent: absolute(sentNs),
      first: absolute(firstTokenNs),
      last: absolute(lastTokenNs),
      tokens: outputTokens ?? chunks,
      usage: outputTokens ?? 0,
      shared: shared.get(index) ?? 0,
    });
  }
  return rows;
}

/** Of each request, the events that have the time of the one before. */
function sharedReads(events: TokenSource): Map<number, number> {
  const shared = new Map<number, number>();
  for (const { length, request, gapNs } of events.blocks()) {
    for (let place = 0; place < length; place += 1) {
      if (gapNs[place] === 0) shared.set(request[place]!, (shared.get(request[place]!) ?? 0) + 1);
    }
  }
  return shared;
}
